package telegram

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// check holds a call against the published description and notes what does not fit.
func (s *Server) check(c *call) {
	if s.spec == nil {
		return
	}
	for _, why := range s.spec.faults(c) {
		s.violate(c.method, why)
	}
}

// faults are the differences between a call and the description.
func (p *spec) faults(c *call) []string {
	method, known := p.Methods[c.method]
	if !known {
		if outdated(c.method, "") {
			return nil
		}
		return []string{"there is no such method"}
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(c.params)) {
		field := method.field(name)
		switch {
		case field != nil && !absent(c.params[name]):
			list = append(list, p.misfit(field, c.params[name])...)
		case field == nil && !outdated(c.method, name):
			list = append(list, "there is no parameter "+name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.files)) {
		field := method.field(name)
		switch {
		case field != nil && !slices.Contains(field.Types, "InputFile"):
			list = append(list, "a file was sent as "+name)
		case field == nil && !outdated(c.method, name) && !c.attached(name):
			list = append(list, "there is no parameter "+name)
		}
	}
	for _, field := range method.Fields {
		if _, file := c.files[field.Name]; field.Required && absent(c.params[field.Name]) && !file {
			list = append(list, "the parameter "+field.Name+" is missing")
		}
	}
	return list
}

// attached reports whether a parameter refers to an uploaded file by name.
func (c *call) attached(name string) bool {
	for _, v := range c.params {
		if strings.Contains(v, "attach://"+name) {
			return true
		}
	}
	return false
}

// misfit tells why a parameter's text is of none of its types.
func (p *spec) misfit(field *specField, text string) []string {
	var why []string
	for _, t := range field.Types {
		err := p.readable(t, text)
		if err == nil {
			return nil
		}
		why = append(why, fmt.Sprintf("the parameter %s: %v", field.Name, err))
	}
	return why[:1]
}

// readable checks the text of a parameter, which stands for itself if it is simple and is JSON else.
func (p *spec) readable(t, text string) error {
	var err error
	switch t {
	case "String":
		return nil
	case "InputFile":
		return fmt.Errorf("it is not a file")
	case "Integer":
		_, err = strconv.ParseInt(text, 10, 64)
	case "Float":
		_, err = strconv.ParseFloat(text, 64)
	case "Boolean":
		if text != "true" && text != "false" {
			return fmt.Errorf("%q is no Boolean", text)
		}
	default:
		var v any
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if d.Decode(&v) != nil {
			return fmt.Errorf("it is not JSON")
		}
		return p.fits(t, v)
	}
	if err != nil {
		return fmt.Errorf("%q is no %s", text, t)
	}
	return nil
}

// fits checks a JSON value against a type of the description.
func (p *spec) fits(t string, v any) error {
	if element, ok := strings.CutPrefix(t, "Array of "); ok {
		list, ok := v.([]any)
		if !ok {
			return fmt.Errorf("%s is expected", t)
		}
		for _, one := range list {
			if err := p.fits(element, one); err != nil {
				return err
			}
		}
		return nil
	}
	ok := true
	switch t {
	case "String", "InputFile": // in JSON a file is named by a string
		_, ok = v.(string)
	case "Integer":
		n, isNumber := v.(json.Number)
		_, err := strconv.ParseInt(string(n), 10, 64)
		ok = isNumber && err == nil
	case "Float":
		_, ok = v.(json.Number)
	case "Boolean":
		_, ok = v.(bool)
	default:
		return p.object(t, v)
	}
	if !ok {
		return fmt.Errorf("%s is expected", t)
	}
	return nil
}

// object checks a JSON object; of a type with forms of its own, one must fit.
func (p *spec) object(t string, v any) error {
	kind := p.Types[t]
	for _, form := range kind.Subtypes {
		if p.object(form, v) == nil {
			return nil
		}
	}
	values, ok := v.(map[string]any)
	switch {
	case len(kind.Subtypes) > 0:
		return fmt.Errorf("it is no form of %s", t)
	case !ok:
		return fmt.Errorf("%s is expected", t)
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		field := kind.field(name)
		if field == nil {
			return fmt.Errorf("%s has no field %s", t, name)
		}
		if err := p.anyOf(field, values[name]); err != nil {
			return fmt.Errorf("%s.%s: %w", t, name, err)
		}
	}
	for _, field := range kind.Fields {
		if _, there := values[field.Name]; field.Required && !there {
			return fmt.Errorf("%s has no %s", t, field.Name)
		}
	}
	return nil
}

func (p *spec) anyOf(field *specField, v any) error {
	var first error
	for _, t := range field.Types {
		err := p.fits(t, v)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}
