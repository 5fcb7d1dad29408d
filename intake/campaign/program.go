package campaign

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"

	"claimline/intake/answer"
)

// maxNodes bounds an expression; the longest rule of a real campaign has about sixty.
const maxNodes = 400

// Names that every expression knows.
const (
	todayName   = "today"
	factsName   = "f"
	outcomeName = "outcome"
)

// program is an expression made ready to run.
type program struct {
	vm      *vm.Program
	result  reflect.Type
	results []string // the texts it can give, as far as they are written out
	reads   reads
}

// compiler makes programs of a campaign's expressions, each in the view its place gives it: of the
// person alone, or of one member of the group as well.
type compiler struct {
	c       *Campaign
	options []expr.Option
	person  types.Map
	member  types.Map
	element types.Map // one entry of the group's list
}

func newCompiler(c *Campaign) *compiler {
	k := &compiler{c: c, options: c.functions()}
	when := types.TypeOf(When{})
	k.person = types.Map{todayName: when, factsName: types.Map{}}
	k.member = types.Map{todayName: when, factsName: types.Map{}}
	k.element = types.Map{outcomeName: types.String, factsName: types.Map{}}
	for _, q := range c.Questions {
		nest(k.member, q)
		if q.Member {
			nest(k.element, q)
		} else {
			nest(k.person, q)
		}
	}
	if c.Group != nil {
		k.person[c.Group.ID] = types.Array(k.element)
		k.member[c.Group.ID] = types.Array(k.element)
	}
	return k
}

// nest places a question's type under the dots of its id: tt.role is role inside tt.
func nest(into types.Map, q *Question) {
	parts := segments(q.ID)
	for _, part := range parts[:len(parts)-1] {
		inner, ok := into[part].(types.Map)
		if !ok {
			inner = types.Map{}
			into[part] = inner
		}
		into = inner
	}
	into[parts[len(parts)-1]] = typeOf(q.Kind)
}

func typeOf(k answer.Kind) types.Type {
	switch k {
	case answer.Several, answer.Handle, answer.File:
		return types.TypeOf([]string{})
	case answer.Date, answer.Month, answer.Year:
		return types.TypeOf(When{})
	case answer.Number:
		return types.Int
	case answer.Money:
		return types.Float64
	}
	return types.String
}

// typeFact makes a fact's type known to the expressions that come after it.
func (k *compiler) typeFact(f Fact, t reflect.Type) {
	fact := types.TypeOf(reflect.Zero(t).Interface())
	k.member[factsName].(types.Map)[f.ID] = fact
	if f.Member {
		k.element[factsName].(types.Map)[f.ID] = fact
	} else {
		k.person[factsName].(types.Map)[f.ID] = fact
	}
}

// compile makes a program, or says in sentences what is wrong with the expression.
func (k *compiler) compile(e Expression, member bool) (*program, []string) {
	tree, config, err := k.parse(e, member)
	if err != nil {
		return nil, []string{"the expression cannot be read: " + explain(err)}
	}
	found, reasons := k.c.analyse(tree.Node, member)
	if len(reasons) > 0 {
		return nil, reasons
	}
	result, err := checker.Check(tree, config)
	if err != nil {
		return nil, []string{"the expression does not fit: " + explain(err)}
	}
	ready, err := expr.Compile(string(e), k.optionsFor(member)...)
	if err != nil {
		return nil, []string{"the expression does not fit: " + explain(err)}
	}
	return &program{vm: ready, result: result, results: literals(tree.Node), reads: found}, nil
}

func (k *compiler) optionsFor(member bool) []expr.Option {
	env := k.person
	if member {
		env = k.member
	}
	return append([]expr.Option{expr.Env(env)}, k.options...)
}

// parse reads an expression without looking at what its names mean.
func (k *compiler) parse(e Expression, member bool) (*parser.Tree, *conf.Config, error) {
	config := conf.CreateNew()
	for _, option := range k.optionsFor(member) {
		option(config)
	}
	for name := range config.Disabled {
		delete(config.Builtins, name)
	}
	tree, err := parser.ParseWithConfig(string(e), config)
	return tree, config, err
}

// factsBehind lists the facts that an expression reads: its own, the members', and those that the
// members' outcomes read.
func (k *compiler) factsBehind(e Expression, member bool) []string {
	tree, _, err := k.parse(e, member)
	if err != nil {
		return nil
	}
	found, _ := k.c.analyse(tree.Node, member)
	facts := append(found.facts, found.memberFacts...)
	if found.outcomes {
		for _, o := range k.c.Outcomes {
			tree, _, err := k.parse(o.When, true)
			if err != nil {
				continue
			}
			behind, _ := k.c.analyse(tree.Node, true)
			facts = append(append(facts, behind.facts...), behind.memberFacts...)
		}
	}
	return facts
}

// explain takes the sentence out of an error of the expression language, with the place in it.
func explain(err error) string {
	var at *file.Error
	if errors.As(err, &at) {
		return fmt.Sprintf("%s (at character %d)", at.Message, at.Column+1)
	}
	return err.Error()
}
