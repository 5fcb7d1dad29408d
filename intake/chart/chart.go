// Package chart draws a campaign's figures as a picture for a phone.
//
// Two panels stand above each other and share their days: what is verified all together, with the
// line that the campaign needs to reach, and what was sent in on each day. Both axes begin at 0, so
// that twice as many looks twice as high. Nothing in the picture is anything that a person said.
package chart

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/go-analyze/charts"

	"claimline/intake"
	"claimline/intake/wording"
)

// The picture, in pixels: as wide as a phone's screen is on paper, so that letters stay readable.
const (
	width  = 800
	height = 900
	letter = 18
)

// The colours of verified, in review and supporters can be told apart by people who see few.
var (
	verified   = charts.ColorFromHex("#0072b2")
	inReview   = charts.ColorFromHex("#e69f00")
	supporters = charts.ColorFromHex("#999999")
	needed     = charts.ColorFromHex("#d55e00")
)

// Draw makes a PNG of a tally, in the language of words, with the line of a threshold where that is
// not 0. It returns an error when the tally has no days.
func Draw(t intake.Tally, threshold int, words *wording.Catalog) ([]byte, error) {
	if len(t.Days) == 0 {
		return nil, fmt.Errorf("draw the figures of %s: a period without days", t.Campaign)
	}
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: width, Height: height})
	p.FilledRect(0, 0, width, height, charts.ColorWhite, charts.ColorWhite, 0)
	panels, err := p.LayoutByGrid(1, 2).CellAt("growth", 0, 0).CellAt("daily", 0, 1).Build()
	if err == nil {
		err = panels["growth"].LineChart(growth(t, threshold, words))
	}
	if err == nil {
		err = panels["daily"].BarChart(daily(t, words))
	}
	if err != nil {
		return nil, fmt.Errorf("draw the figures of %s: %w", t.Campaign, err)
	}
	return p.Bytes()
}

// growth is what is verified all together, and what is needed.
func growth(t intake.Tally, threshold int, words *wording.Catalog) charts.LineChartOption {
	name := func(key string) string { return words.Text("stats."+key, nil).Plain() }
	rows, names, colours := [][]float64{floats(t.Growth())}, []string{name("names.verified")}, []charts.Color{verified}
	top := slices.Max(t.Growth())
	if threshold > 0 {
		rows = append(rows, slices.Repeat([]float64{float64(threshold)}, len(t.Days)))
		names = append(names, words.Text("stats.needed", wording.Args{"n": strconv.Itoa(threshold)}).Plain())
		colours, top = append(colours, needed), max(top, threshold)
	}
	opt := charts.NewLineChartOptionWithData(rows)
	opt.Theme, opt.Padding = theme(colours), margins()
	opt.Title, opt.Legend = title(name("growth")), legend(names)
	opt.XAxis, opt.YAxis = days(t), []charts.YAxisOption{counts(top)}
	opt.Symbol, opt.LineStrokeWidth = charts.Symbol{Shape: charts.SymbolNone}, 4
	return opt
}

// daily is what was sent on each day, by what became of it.
func daily(t intake.Tally, words *wording.Catalog) charts.BarChartOption {
	rows := make([][]float64, 3)
	highest := 0
	for _, d := range t.Days {
		rows[0] = append(rows[0], float64(d.Verified))
		rows[1] = append(rows[1], float64(d.InReview))
		rows[2] = append(rows[2], float64(d.Supporters))
		highest = max(highest, d.Verified+d.InReview+d.Supporters)
	}
	name := func(key string) string { return words.Text("stats."+key, nil).Plain() }
	opt := charts.NewBarChartOptionWithData(rows)
	opt.Theme, opt.Padding = theme([]charts.Color{verified, inReview, supporters}), margins()
	opt.Title, opt.Legend = title(name("daily")), legend([]string{name("names.verified"), name("names.in-review"), name("names.supporters")})
	opt.CategoryAxis, opt.ValueAxis = days(t), []charts.ValueAxisOption{counts(highest)}
	opt.StackSeries = charts.Ptr(true)
	return opt
}

func theme(colours []charts.Color) charts.ColorPalette {
	return charts.GetTheme(charts.ThemeLight).WithSeriesColors(colours).WithBackgroundColor(charts.ColorWhite)
}

func margins() charts.Box { return charts.NewBox(20, 20, 35, 20) }

func title(words string) charts.TitleOption {
	return charts.TitleOption{Text: words, FontStyle: charts.FontStyle{FontSize: letter + 2}}
}

func legend(names []string) charts.LegendOption {
	return charts.LegendOption{SeriesNames: names, FontStyle: charts.FontStyle{FontSize: letter}, Offset: charts.OffsetStr{Left: charts.PositionLeft, Top: "40"}}
}

// days labels the last day and as many before it as have room, by day and month in digits.
func days(t intake.Tally) charts.CategoryAxisOption {
	const most = 7
	last, every := len(t.Days)-1, (len(t.Days)+most-1)/most
	labels := make([]string, len(t.Days))
	for i, d := range t.Days {
		if (last-i)%every == 0 {
			labels[i] = d.Date.Format("2-1")
		}
	}
	return charts.CategoryAxisOption{Labels: labels, LabelCount: len(labels), LabelFontStyle: charts.FontStyle{FontSize: letter}, BoundaryGap: charts.Ptr(true)}
}

// counts is an axis from 0 with whole numbers: five steps of 1, 2 or 5, or ten times as much.
func counts(highest int) charts.ValueAxisOption {
	step := stepFor(highest)
	steps := max((highest+step-1)/step, 1)
	return charts.ValueAxisOption{
		Min: charts.Ptr(0.0), Max: charts.Ptr(float64(steps * step)), RangeValuePaddingScale: charts.Ptr(0.0),
		LabelCount: steps + 1, LabelFontStyle: charts.FontStyle{FontSize: letter}, SplitLineShow: charts.Ptr(true),
		ValueFormatter: func(n float64) string { return strconv.Itoa(int(math.Round(n))) },
	}
}

func stepFor(highest int) int {
	for ten := 1; ; ten *= 10 {
		for _, step := range []int{ten, 2 * ten, 5 * ten} {
			if step*5 >= highest {
				return step
			}
		}
	}
}

func floats(numbers []int) []float64 {
	out := make([]float64, len(numbers))
	for i, n := range numbers {
		out[i] = float64(n)
	}
	return out
}
