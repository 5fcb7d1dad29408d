package campaign

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"

	"claimline/intake/answer"
)

// reads is what an expression looks at, found by walking through it once at load. Running it then
// fills in exactly this, and a flag can name the answers behind it.
type reads struct {
	questions   []string // about the person, or the member the expression is about
	facts       []string
	list        bool     // the group's list
	ofMembers   []string // questions read of the members in the list
	memberFacts []string // facts read of the members in the list
	outcomes    bool     // the members' outcomes
}

// analyse walks through an expression. It lets pass only what this walk understands: constants,
// questions by their full id, facts, operators, and the functions of Functions.
func (c *Campaign) analyse(n ast.Node, member bool) (reads, []string) {
	a := &analysis{c: c, member: member}
	a.walk(n, nil)
	return a.found, a.reasons
}

type analysis struct {
	c       *Campaign
	member  bool
	found   reads
	reasons []string
}

func (a *analysis) fault(format string, args ...any) {
	a.reasons = append(a.reasons, fmt.Sprintf(format, args...))
}

// walk goes through a node. pointed is the question whose list of choices # stands for, if any.
func (a *analysis) walk(n ast.Node, pointed *Question) {
	switch n := n.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.StringNode:
	case *ast.NilNode:
		a.fault(`there is no nil here; a question that was not answered is ""`)
	case *ast.IdentifierNode, *ast.MemberNode, *ast.PointerNode:
		a.chain(n, pointed)
	case *ast.UnaryNode:
		a.walk(n.Node, pointed)
	case *ast.BinaryNode:
		a.binary(n, pointed)
	case *ast.ConditionalNode:
		a.walk(n.Cond, pointed)
		a.walk(n.Exp1, pointed)
		a.walk(n.Exp2, pointed)
	case *ast.ArrayNode:
		for _, item := range n.Nodes {
			a.walk(item, pointed)
		}
	case *ast.CallNode:
		a.call(n, pointed)
	case *ast.BuiltinNode:
		if !slices.Contains(builtins, n.Name) {
			a.fault("there is no such function as %s", n.Name)
		}
		inside := pointed
		for i, argument := range n.Arguments {
			a.walk(argument, inside)
			if i == 0 { // the list that # goes through in what follows
				inside = a.question(argument, pointed)
			}
		}
	case *ast.PredicateNode:
		a.walk(n.Node, pointed)
	default:
		a.fault("an expression here is made of questions, facts, constants, operators and functions only")
	}
}

func (a *analysis) binary(n *ast.BinaryNode, pointed *Question) {
	a.walk(n.Left, pointed)
	a.walk(n.Right, pointed)
	switch n.Operator {
	case "==", "!=":
		if a.isDate(n.Left) || a.isDate(n.Right) {
			a.fault("dates are imprecise and cannot be equal; compare them with surely_before or maybe_before")
		}
		a.literal(a.question(n.Left, pointed), n.Right)
		a.literal(a.question(n.Right, pointed), n.Left)
	case "in":
		a.literal(a.question(n.Right, pointed), n.Left)
		a.literal(a.question(n.Left, pointed), n.Right)
	case "..", "??":
		a.fault("the operator %s is not used here", n.Operator)
	}
}

// literal checks that what a question is compared with is an answer it can have.
func (a *analysis) literal(q *Question, n ast.Node) {
	if q == nil {
		return
	}
	for _, value := range literals(n) {
		if reason := q.refuses(value); reason != "" {
			a.fault("%s is compared with %s", q.ID, reason)
		}
	}
}

// refuses says, as the end of a sentence, why a question cannot have an answer; "" when it can.
func (q *Question) refuses(value string) string {
	if value == "" { // not answered
		return ""
	}
	if known := q.answers(); known != nil && !slices.Contains(known, value) {
		return fmt.Sprintf("%q, which is none of the answers to %s (%s)", value, q.ID, strings.Join(known, ", "))
	}
	if q.Kind == answer.Country && !isCountry(value) {
		return fmt.Sprintf("%q, which is not the code of a country, such as NL", value)
	}
	return ""
}

// literals are the texts that an expression can directly be.
func literals(n ast.Node) []string {
	switch n := n.(type) {
	case *ast.StringNode:
		return []string{n.Value}
	case *ast.ConditionalNode:
		return append(literals(n.Exp1), literals(n.Exp2)...)
	case *ast.ArrayNode:
		var out []string
		for _, item := range n.Nodes {
			out = append(out, literals(item)...)
		}
		return out
	}
	return nil
}

func (a *analysis) call(n *ast.CallNode, pointed *Question) {
	name, ok := n.Callee.(*ast.IdentifierNode)
	if !ok || !slices.ContainsFunc(Functions, func(f Function) bool { return f.Name == name.Value }) {
		a.fault("there is no such function as %s", n.Callee)
		return
	}
	for _, argument := range n.Arguments {
		a.walk(argument, pointed)
	}
	if name.Value != "day" || len(n.Arguments) != 1 {
		return
	}
	written, ok := n.Arguments[0].(*ast.StringNode)
	if !ok {
		a.fault(`day needs a day written out, such as day("2018-05-25")`)
	} else if _, err := time.Parse(time.DateOnly, written.Value); err != nil {
		a.fault("%q is not a day written year-month-day", written.Value)
	}
}

// chain reads a name with dots: a question, a fact, the group's list, or a part of a list's entry.
func (a *analysis) chain(n ast.Node, pointed *Question) {
	root, path := unwind(n)
	switch root := root.(type) {
	case *ast.IdentifierNode:
		a.named(root.Value, path)
	case *ast.PointerNode:
		if root.Name != "" {
			a.fault("#%s is not used here", root.Name)
		} else if len(path) > 0 {
			a.ofMember(path)
		}
	default:
		a.fault("nothing is picked out of a list by its place; use any, all, none, count or filter")
	}
}

// unwind takes a chain of names apart: what it begins with, and the names after that.
func unwind(n ast.Node) (ast.Node, []string) {
	var path []string
	for {
		m, ok := n.(*ast.MemberNode)
		if !ok {
			break
		}
		name, ok := m.Property.(*ast.StringNode)
		if !ok || m.Optional {
			break
		}
		path = append(path, name.Value)
		n = m.Node
	}
	slices.Reverse(path)
	return n, path
}

func (a *analysis) named(root string, path []string) {
	id := strings.Join(append([]string{root}, path...), ".")
	q := a.c.Question(id)
	switch {
	case root == factsName:
		a.fact(path)
	case root == todayName && len(path) == 0:
	case a.c.Group != nil && root == a.c.Group.ID && len(path) == 0:
		a.found.list = true
	case q == nil:
		a.fault("there is no question %s", id)
	case q.Member && !a.member:
		a.fault("%s is asked about each member; here it can only be read through the list %s", id, a.c.Group.name())
	default:
		a.found.questions = append(a.found.questions, id)
	}
}

func (a *analysis) fact(path []string) {
	id := strings.Join(path, ".")
	f := a.c.fact(id)
	switch {
	case f == nil:
		a.fault("there is no fact %s", id)
	case f.Member && !a.member:
		a.fault("the fact %s is about each member; here it can only be read through the list %s", id, a.c.Group.name())
	default:
		a.found.facts = append(a.found.facts, id)
	}
}

// ofMember reads a part of an entry of the group's list.
func (a *analysis) ofMember(path []string) {
	id := strings.Join(path, ".")
	if id == outcomeName {
		a.found.outcomes = true
		return
	}
	if path[0] == factsName && len(path) > 1 {
		if f := a.c.fact(strings.Join(path[1:], ".")); f == nil || !f.Member {
			a.fault("there is no fact %s about a member", strings.Join(path[1:], "."))
			return
		}
		a.found.memberFacts = append(a.found.memberFacts, path[1])
		return
	}
	if q := a.c.Question(id); q == nil || !q.Member {
		a.fault("there is no question %s about a member", id)
		return
	}
	a.found.ofMembers = append(a.found.ofMembers, id)
}

// question is the question that a node reads directly, or nil.
func (a *analysis) question(n ast.Node, pointed *Question) *Question {
	root, path := unwind(n)
	switch root := root.(type) {
	case *ast.IdentifierNode:
		return a.c.Question(strings.Join(append([]string{root.Value}, path...), "."))
	case *ast.PointerNode:
		if len(path) == 0 {
			return pointed
		}
		return a.c.Question(strings.Join(path, "."))
	}
	return nil
}

func (a *analysis) isDate(n ast.Node) bool {
	if call, ok := n.(*ast.CallNode); ok {
		return call.Callee.String() == "day"
	}
	if name, ok := n.(*ast.IdentifierNode); ok && name.Value == todayName {
		return true
	}
	q := a.question(n, nil)
	return q != nil && slices.Contains([]answer.Kind{answer.Date, answer.Month, answer.Year}, q.Kind)
}
