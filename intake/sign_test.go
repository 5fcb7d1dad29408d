package intake_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"testing"
)

// How long a comparison takes must not tell how much of a forged token was right: what is signed is
// compared by hmac.Equal and nothing else. No clock can tell that reliably here, so the source does.
func TestTokensAreComparedInConstantTime(t *testing.T) {
	t.Parallel()
	files := token.NewFileSet()
	source, err := parser.ParseFile(files, "sign.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	secret := regexp.MustCompile(`(?i)^(mac|sum)`)
	named := func(e ast.Expr) (found bool) {
		ast.Inspect(e, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			found = found || ok && secret.MatchString(id.Name)
			return true
		})
		return found
	}
	equal := 0
	ast.Inspect(source, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if (n.Op == token.EQL || n.Op == token.NEQ) && (named(n.X) || named(n.Y)) {
				t.Errorf("%s: what is signed is compared with %s", files.Position(n.Pos()), n.Op)
			}
		case *ast.SelectorExpr:
			if of, ok := n.X.(*ast.Ident); ok && n.Sel.Name == "Equal" {
				if of.Name != "hmac" {
					t.Errorf("%s: compared with %s.Equal", files.Position(n.Pos()), of.Name)
				}
				equal++
			}
		}
		return true
	})
	if equal == 0 {
		t.Error("nothing is compared")
	}
}
