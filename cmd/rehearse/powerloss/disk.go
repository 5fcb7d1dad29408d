package powerloss

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"time"
)

// disk is what is known of the disk at a moment of the record: what is certainly on it, and what may be.
type disk struct {
	now     map[string]*file // by path, as the program saw it
	synced  map[string]*file // by path, as it is certain
	pending []act            // changes of names that are not certain, in their order
}

// file is a file, under whatever name, or a folder.
type file struct {
	folder  bool
	content []byte // what is certain of it
	pending []act  // writes that are not, in their order
}

func newDisk(base map[string][]byte) *disk {
	d := &disk{now: map[string]*file{}, synced: map[string]*file{}}
	for name, content := range base {
		d.now[name] = &file{folder: content == nil, content: bytes.Clone(content)}
	}
	d.synced = maps.Clone(d.now)
	return d
}

// do adds an act that has begun.
func (d *disk) do(a act) {
	switch a.kind {
	case created, foldered:
		if d.now[a.path] == nil {
			d.now[a.path] = &file{folder: a.kind == foldered}
			a.about = d.now[a.path]
			d.pending = append(d.pending, a)
		}
	case renamed:
		if f := d.now[a.path]; f != nil {
			delete(d.now, a.path)
			d.now[a.to], a.about = f, f
			d.pending = append(d.pending, a)
		}
	case removed:
		delete(d.now, a.path)
		d.pending = append(d.pending, a)
	case wrote, truncated:
		if f := d.now[a.path]; f != nil {
			f.pending = append(f.pending, a)
		}
	}
}

// sync carries out a sync that has ended: whatever had ended before it began is certain now.
func (d *disk) sync(a act) {
	before := func(p act) bool { return !p.ended.After(a.began) }
	if f := d.now[a.path]; f != nil && !f.folder {
		var left []act
		for _, p := range f.pending {
			if before(p) {
				f.content = p.apply(f.content)
			} else {
				left = append(left, p)
			}
		}
		f.pending = left
		return
	}
	var left []act
	for _, p := range d.pending {
		if before(p) && p.names(a.path) {
			p.rename(d.synced)
		} else {
			left = append(left, p)
		}
	}
	d.pending = left
}

// names reports whether an act changes names in a folder.
func (a act) names(folder string) bool {
	in := func(name string) bool { return strings.TrimPrefix(path.Dir("/"+name), "/") == folder }
	return in(a.path) || a.kind == renamed && in(a.to)
}

// rename changes names as an act does.
func (a act) rename(names map[string]*file) {
	switch a.kind {
	case created, foldered:
		names[a.path] = a.about
	case renamed:
		delete(names, a.path)
		names[a.to] = a.about
	case removed:
		delete(names, a.path)
	}
}

// apply does to a content what a write or a truncation does.
func (a act) apply(content []byte) []byte {
	if a.kind == truncated {
		if a.size < 0 { // room was made
			return grown(content, -a.size)
		}
		return grown(content, a.size)[:a.size]
	}
	content = grown(content, a.offset+int64(len(a.data)))
	copy(content[a.offset:], a.data)
	return content
}

func grown(content []byte, size int64) []byte {
	if more := size - int64(len(content)); more > 0 {
		content = append(content, make([]byte, more)...)
	}
	return content
}

// temper is how an image treats what was not synced.
type temper struct {
	*rand.Rand
	sector  int64   // bytes that are written whole or not at all
	keep    float64 // how much of it is kept
	tear    float64 // how much of what is kept is torn
	ordered bool    // nothing is kept of what came after something that is not
}

func newTemper(random *rand.Rand) *temper {
	t := &temper{Rand: random, sector: []int64{512, 4096}[random.IntN(2)], ordered: random.IntN(4) == 0}
	t.keep = []float64{0, 0.1, 0.5, 0.9, 1, random.Float64()}[random.IntN(6)]
	t.tear = []float64{0, 0.1, 0.5}[random.IntN(3)]
	return t
}

// image is a folder as it may be after the power has failed: contents by path, nil for a folder.
func (d *disk) image(t *temper) map[string][]byte {
	names := maps.Clone(d.synced)
	lost := false
	for _, p := range d.pending {
		if lost = lost && t.ordered || t.Float64() >= t.keep; !lost {
			p.rename(names)
		}
	}
	image := map[string][]byte{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if f := names[name]; f.folder {
			image[name] = nil
		} else {
			image[name] = f.image(t)
		}
	}
	return image
}

// image is the file's content as it may be.
func (f *file) image(t *temper) []byte {
	content := append(make([]byte, 0, len(f.content)+1), f.content...)
	lost := false
	for _, p := range f.pending {
		if lost = lost && t.ordered || t.Float64() >= t.keep; lost {
			if p.kind == wrote && t.IntN(4) == 0 { // its length may be known all the same
				content = grown(content, p.offset+int64(len(p.data)))
			}
			continue
		}
		if p.kind != wrote || t.Float64() >= t.tear {
			content = p.apply(content)
			continue
		}
		for _, piece := range p.pieces(t.sector) {
			if t.IntN(2) == 0 {
				content = piece.apply(content)
			}
		}
	}
	return content
}

// pieces are a write cut where sectors end.
func (a act) pieces(sector int64) []act {
	var all []act
	for done := int64(0); done < int64(len(a.data)); {
		piece := a
		piece.offset = a.offset + done
		most := min(sector-piece.offset%sector, int64(len(a.data))-done)
		piece.data = a.data[done : done+most]
		all = append(all, piece)
		done += most
	}
	return all
}

// moments walks through a record. At every moment that is wanted, counted in beginnings and ends of
// what happened, it shows the disk.
func (r *Record) moments(wanted func(nth int) int, show func(d *disk, at time.Time, nth, times int)) {
	d := newDisk(r.base)
	var ends []act // of syncs that go on, the first first
	nth := 0
	passed := func(at time.Time) {
		if times := wanted(nth); times > 0 {
			show(d, at, nth, times)
		}
		nth++
	}
	until := func(at time.Time) {
		for len(ends) > 0 && !ends[0].ended.After(at) {
			d.sync(ends[0])
			passed(ends[0].ended)
			ends = ends[1:]
		}
	}
	for _, a := range r.acts {
		until(a.began)
		if a.kind == synced {
			at, _ := slices.BinarySearchFunc(ends, a, func(e, a act) int { return e.ended.Compare(a.ended) })
			ends = slices.Insert(ends, at, a)
		} else {
			d.do(a)
		}
		passed(a.began)
	}
	until(never.Add(-1))
}

// count is how many moments a record has.
func (r *Record) count() int {
	n := 0
	for _, a := range r.acts {
		n++
		if a.kind == synced && a.ended.Before(never) {
			n++
		}
	}
	return n
}
