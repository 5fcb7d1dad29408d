package campaign

import (
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"

	"claimline/intake/wording"
	"claimline/intake/wording/source"
)

// decoder reads campaign.yaml into the types of this package. It goes on after a fault, where the
// decoder of a YAML library stops at the first, and remembers the line of everything it read, so
// that what is found wrong later can be pointed at.
type decoder struct {
	file   string
	faults []wording.Fault
	lines  map[string]int // by path, for example "questions.c.dob.when"
}

func (d *decoder) fault(line int, where, format string, args ...any) {
	d.faults = append(d.faults, wording.Fault{File: d.file, Line: line, Where: where, Reason: fmt.Sprintf(format, args...)})
}

// at reports a fault at the line of a path, or of the nearest thing around it.
func (d *decoder) at(where, format string, args ...any) {
	d.fault(d.line(where), where, format, args...)
}

// faulted reports whether something was found wrong at a path of a file already, or with the whole file.
func (d *decoder) faulted(file, where string) bool {
	return slices.ContainsFunc(d.faults, func(f wording.Fault) bool { return f.File == file && (f.Where == where || f.Where == "") })
}

func (d *decoder) line(where string) int {
	for path := where; path != ""; {
		if line, ok := d.lines[path]; ok {
			return line
		}
		path = path[:max(strings.LastIndexByte(path, '.'), 0)]
	}
	return 1
}

// into reads a node into v, which must be settable.
func (d *decoder) into(n *source.Node, where string, v reflect.Value) {
	if _, taken := d.lines[where]; !taken && where != "" {
		d.lines[where] = n.Line
	}
	if n.Kind == source.Odd {
		d.fault(n.Line, where, "a campaign file cannot hold a YAML %s", n.Text)
		return
	}
	switch {
	case v.Type() == reflect.TypeFor[Value]():
		d.translated(n, where, v)
	case n.Kind == source.Null:
		d.fault(n.Line, where, "nothing is written here; leave the key out, or give it a value")
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.into(n, where, v.Elem())
	case v.Kind() == reflect.Struct:
		d.structure(n, where, v)
	case v.Kind() == reflect.Slice:
		d.slice(n, where, v)
	case v.Kind() == reflect.Map:
		d.mapping(n, where, v)
	default:
		d.scalar(n, where, v)
	}
}

// translated reads a value that is one text for all languages, a map by language, or not there yet.
func (d *decoder) translated(n *source.Node, where string, v reflect.Value) {
	switch n.Kind {
	case source.Null:
		v.Set(reflect.ValueOf(Value{}))
	case source.Scalar:
		v.Set(reflect.ValueOf(Value{"": n.Text}))
	case source.Map:
		d.mapping(n, where, v)
	default:
		d.fault(n.Line, where, "a value is one text, or a text for each language")
	}
}

func (d *decoder) structure(n *source.Node, where string, v reflect.Value) {
	if n.Kind != source.Map {
		d.fault(n.Line, where, "this must hold keys and their values")
		return
	}
	for e := range d.once(n, where) {
		field, ok := fieldOf(v, e.Key)
		if !ok {
			d.fault(e.Line, join(where, e.Key), "there is no such key; known here are %s", strings.Join(keysOf(v.Type()), ", "))
			continue
		}
		d.into(e.Value, join(where, e.Key), field)
		d.lines[join(where, e.Key)] = e.Line
	}
}

// once goes through the entries of a map and reports those that stand in it twice.
func (d *decoder) once(n *source.Node, where string) func(func(source.Entry) bool) {
	return func(yield func(source.Entry) bool) {
		seen := map[string]int{}
		for _, e := range n.Entries {
			if first, twice := seen[e.Key]; twice {
				d.fault(e.Line, join(where, e.Key), "this key stands here twice, first in line %d", first)
				continue
			}
			seen[e.Key] = e.Line
			if !yield(e) {
				return
			}
		}
	}
}

func (d *decoder) slice(n *source.Node, where string, v reflect.Value) {
	if n.Kind != source.List {
		d.fault(n.Line, where, "this must be a list, each entry after a dash")
		return
	}
	out := reflect.MakeSlice(v.Type(), len(n.Items), len(n.Items))
	for i, item := range n.Items {
		path := join(where, nameOf(item, i))
		for d.lines[path] != 0 { // an id used twice: the second has lines of its own
			path += "+"
		}
		d.into(item, path, out.Index(i))
	}
	v.Set(out)
}

// nameOf names an entry of a list by its id, its code or its first question, else by its place.
func nameOf(n *source.Node, i int) string {
	for _, key := range []string{"id", "code"} {
		if id := n.Get(key); id != nil && id.Text != "" {
			return id.Text
		}
	}
	if ask := n.Get("ask"); ask != nil && len(ask.Items) > 0 && ask.Items[0].Text != "" {
		return ask.Items[0].Text
	}
	return strconv.Itoa(i + 1)
}

func (d *decoder) mapping(n *source.Node, where string, v reflect.Value) {
	if n.Kind != source.Map {
		d.fault(n.Line, where, "this must hold keys and their values")
		return
	}
	out := reflect.MakeMap(v.Type())
	for e := range d.once(n, where) {
		value := reflect.New(v.Type().Elem()).Elem()
		d.into(e.Value, join(where, e.Key), value)
		d.lines[join(where, e.Key)] = e.Line
		out.SetMapIndex(reflect.ValueOf(e.Key).Convert(v.Type().Key()), value)
	}
	v.Set(out)
}

func (d *decoder) scalar(n *source.Node, where string, v reflect.Value) {
	if n.Kind != source.Scalar {
		d.fault(n.Line, where, "this must be a single value")
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(n.Text)
	case reflect.Bool:
		if n.Text != "true" && n.Text != "false" {
			d.fault(n.Line, where, "this must be true or false, not %q", n.Text)
		}
		v.SetBool(n.Text == "true" || n.Text == "yes") // whoever wrote yes meant it
	case reflect.Int:
		number, err := strconv.ParseInt(n.Text, 10, 32)
		if err != nil {
			d.fault(n.Line, where, "this must be a whole number, not %q", n.Text)
		}
		v.SetInt(number)
	}
}

func fieldOf(v reflect.Value, key string) (reflect.Value, bool) {
	for i := range v.NumField() {
		if tag, ok := v.Type().Field(i).Tag.Lookup("yaml"); ok && tag == key {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		if tag, ok := t.Field(i).Tag.Lookup("yaml"); ok {
			keys = append(keys, tag)
		}
	}
	sort.Strings(keys)
	return keys
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
