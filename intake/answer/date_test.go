package answer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The people of these tests, all of them on 23 November 2026.
var (
	dutch    = Situation{Language: "nl", Country: "NL", Today: "2026-11-23"}
	unknown  = Situation{Language: "en", Today: "2026-11-23"} // English, before the country was asked
	american = Situation{Language: "en", Country: "US", Today: "2026-11-23"}
	canadian = Situation{Language: "en", Country: "CA", Today: "2026-11-23"}
	british  = Situation{Language: "en", Country: "GB", Today: "2026-11-23"}
	expat    = Situation{Language: "en", Country: "NL", Today: "2026-11-23"}
)

// typed is one row of the tables: what somebody types and what becomes of it. The canonical values
// are joined with a bar, as are the options; a reason stands for a refusal.
type typed struct {
	who     Situation
	words   string
	value   string
	options string
	reason  string
}

// readsAs plays a table.
func readsAs(t *testing.T, k Kind, lim Limits, rows []typed) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.who.Language+row.who.Country+" "+row.words, func(t *testing.T) {
			t.Parallel()
			reading, unfit := Read(k, row.words, lim, row.who)
			got := typed{who: row.who, words: row.words, value: strings.Join(reading.Values, "|"), options: strings.Join(reading.Options, "|")}
			if unfit != nil {
				got.reason = unfit.Reason
			}
			if diff := cmp.Diff(row, got, cmp.AllowUnexported(typed{})); diff != "" {
				t.Errorf("typed as %s (-want +got):\n%s", k, diff)
			}
			if unfit == nil && isDated(k) && row.value != Still && !reading.Echo {
				t.Error("a date must be said back")
			}
		})
	}
}

func isDated(k Kind) bool { return k == Date || k == Month || k == Year }

func TestBirthDateAsParentsTypeIt(t *testing.T) {
	t.Parallel()
	readsAs(t, Date, Limits{}, []typed{
		{who: dutch, words: "3 maart 2012", value: "2012-03-03"},
		{who: dutch, words: "12/3/2012", value: "2012-03-12"},
		{who: dutch, words: "12-03-12", value: "2012-03-12"},
		{who: dutch, words: "12 mrt. 2012", value: "2012-03-12"},
		{who: dutch, words: "12.3.2012", value: "2012-03-12"},
		{who: dutch, words: "12 03 2012", value: "2012-03-12"},
		{who: dutch, words: "12032012", value: "2012-03-12"},
		{who: dutch, words: "20120312", value: "2012-03-12"},
		{who: dutch, words: "20102010", value: "2010-10-20"},
		{who: dutch, words: "120312", value: "2012-03-12"},
		{who: dutch, words: "2012-03-12", value: "2012-03-12"},
		{who: dutch, words: "2012/3/12", value: "2012-03-12"},
		{who: dutch, words: "Zaterdag 12e Maart 2012", value: "2012-03-12"},
		{who: dutch, words: "geboren op 12 maart 2012.", value: "2012-03-12"},
		{who: dutch, words: "12 maart '12", value: "2012-03-12"},
		{who: dutch, words: "12maart2012", value: "2012-03-12"},
		{who: dutch, words: "12 MAART 2012", value: "2012-03-12"},
		{who: dutch, words: "12 maaart 2012", value: "2012-03-12"},
		{who: dutch, words: "12 march 2012", value: "2012-03-12"},
		{who: dutch, words: "١٢/٣/٢٠١٢", value: "2012-03-12"},
		{who: dutch, words: "１２－３－２０１２", value: "2012-03-12"},
		{who: dutch, words: "१२ maart २०१२", value: "2012-03-12"},
		{who: dutch, words: "12 maart 95", value: "1995-03-12"},
		{who: dutch, words: "3-3-26", value: "2026-03-03"},
		{who: dutch, words: "29 februari 2012", value: "2012-02-29"},
		{who: dutch, words: "\u202a12-03-2012\u202c", value: "2012-03-12"},
		{who: unknown, words: "March 12th, 2012", value: "2012-03-12"},
		{who: unknown, words: "the 3rd of March 2012", value: "2012-03-03"},
		{who: unknown, words: "Sat, 3 Mar 2012", value: "2012-03-03"},
		{who: unknown, words: "sept 1 2013", value: "2013-09-01"},
		{who: unknown, words: "Febuary 1st 2013", value: "2013-02-01"},
		{who: unknown, words: "2012 March 3", value: "2012-03-03"},
	})
}

func TestDayAndMonthInNumbersGoByLanguageAndCountry(t *testing.T) {
	t.Parallel()
	readsAs(t, Date, Limits{}, []typed{
		{who: dutch, words: "12/3/2012", value: "2012-03-12"},
		{who: british, words: "12/3/2012", value: "2012-03-12"},
		{who: expat, words: "12/3/2012", value: "2012-03-12"},
		{who: american, words: "12/3/2012", value: "2012-12-03"},
		{who: american, words: "03122012", value: "2012-03-12"},
		{who: unknown, words: "12/3/2012", options: "2012-03-12|2012-12-03"},
		{who: canadian, words: "12/3/2012", options: "2012-03-12|2012-12-03"},
		{who: unknown, words: "12/3/12", options: "2012-03-12|2012-12-03"},
		{who: Situation{Language: "nl", Today: "2026-11-23"}, words: "12/3/2012", value: "2012-03-12"},
		// one number cannot be a month, both are the same, or one reading has not come yet
		{who: unknown, words: "25/3/2012", value: "2012-03-25"},
		{who: unknown, words: "3/25/2012", value: "2012-03-25"},
		{who: american, words: "25/3/2012", value: "2012-03-25"},
		{who: unknown, words: "3/3/2012", value: "2012-03-03"},
		{who: unknown, words: "11/12/2026", value: "2026-11-12"},
		// in Dutch it can only be a slip
		{who: dutch, words: "3/25/2012", reason: ReasonDateNoMonth},
	})
}

func TestDateThatCannotBe(t *testing.T) {
	t.Parallel()
	readsAs(t, Date, Limits{Earliest: "1990"}, []typed{
		{who: dutch, words: "31 februari 2012", reason: ReasonDateNoDay},
		{who: dutch, words: "29-2-2011", reason: ReasonDateNoDay},
		{who: unknown, words: "2/31/2012", reason: ReasonDateNoDay},
		{who: dutch, words: "32 maart 2012", reason: ReasonDateNoDay},
		{who: dutch, words: "12-13-2012", reason: ReasonDateNoMonth},
		{who: dutch, words: "2012-13-01", reason: ReasonDateNoMonth},
		{who: dutch, words: "3 april 2027", reason: ReasonDateFuture},
		{who: dutch, words: "24-11-2026", reason: ReasonDateFuture},
		{who: dutch, words: "23-11-2026", value: "2026-11-23"},
		{who: dutch, words: "1-1-1989", reason: ReasonDateEarly},
		{who: dutch, words: "1-1-89", reason: ReasonDateFuture}, // 1989 is out of reach, so 2089 was meant
		{who: dutch, words: "2012", reason: ReasonDateNeedsDay},
		{who: dutch, words: "maart 2012", reason: ReasonDateNeedsDay},
		{who: dutch, words: "zomer 2012", reason: ReasonDateNeedsDay},
		{who: dutch, words: "begin 2012", reason: ReasonDateNeedsDay},
		{who: dutch, words: "rond 3 maart 2012", reason: ReasonDateNeedsDay},
		{who: dutch, words: "3 maart", reason: ReasonDateNeedsYear},
		{who: dutch, words: "3/12", reason: ReasonDateNeedsYear},
		{who: dutch, words: "maart", reason: ReasonDateNeedsYear},
		{who: dutch, words: "gisteren", reason: ReasonDateUnreadable},
		{who: dutch, words: "3 maart 212", reason: ReasonDateUnreadable},
		{who: dutch, words: "0-3-2012", reason: ReasonDateUnreadable},
		{who: dutch, words: "3-0-2012", reason: ReasonDateUnreadable},
		{who: dutch, words: "3 maart april 2012", reason: ReasonDateUnreadable},
		{who: dutch, words: "1 2 3 4", reason: ReasonDateUnreadable},
		{who: dutch, words: "123456789012", reason: ReasonDateUnreadable},
		{who: dutch, words: "😀 2012", reason: ReasonDateUnreadable},
		{who: dutch, words: "tot nu", reason: ReasonDateUnreadable},
		{who: dutch, words: "weet ik niet", reason: ReasonDontKnow},
		{who: dutch, words: "", reason: ReasonDateUnreadable},
	})
}

func TestRefusedDateSaysExactlyWhy(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]map[string]string{
		"30-2-2012":  {"month": "februari 2012", "days": "29"},
		"1-1-1980":   {"earliest": "april 1990"},
		"12-12-2026": {"today": "23 november 2026"},
	} {
		_, unfit := Read(Date, words, Limits{Earliest: "1990-04"}, dutch)
		if unfit == nil {
			t.Fatalf("%s was taken", words)
		}
		if diff := cmp.Diff(want, unfit.Args); diff != "" {
			t.Errorf("%s (-want +got):\n%s", words, diff)
		}
	}
}

func TestMonthSeasonOrYear(t *testing.T) {
	t.Parallel()
	for _, k := range []Kind{Month, Year} {
		readsAs(t, k, Limits{Earliest: "2014-04", Still: true}, []typed{
			{who: dutch, words: "mei 2018", value: "2018-05"},
			{who: dutch, words: "05/2018", value: "2018-05"},
			{who: dutch, words: "2018-05", value: "2018-05"},
			{who: dutch, words: "052018", value: "2018-05"},
			{who: dutch, words: "201805", value: "2018-05"},
			{who: dutch, words: "5-18", value: "2018-05"},
			{who: dutch, words: "mei '18", value: "2018-05"},
			{who: dutch, words: "begin mei 2018", value: "2018-05"},
			{who: dutch, words: "2018", value: "2018"},
			{who: dutch, words: "zomer 2019", value: "2019-22"},
			{who: dutch, words: "in het najaar van 2019", value: "2019-23"},
			{who: dutch, words: "winter '19", value: "2019-24"},
			{who: dutch, words: "winter 2018/2019", value: "2018-12-01/2019-03-20"},
			{who: dutch, words: "rond mei 2018", value: "2018-05~"},
			{who: dutch, words: "ergens in 2018 denk ik", value: "2018~"},
			{who: dutch, words: "±2018", value: "2018~"},
			{who: dutch, words: "2018?", value: "2018~"},
			{who: dutch, words: "eind 2018", value: "2018-09/2018-12"},
			{who: dutch, words: "2017 of 2018", value: "2017/2018"},
			{who: dutch, words: "tussen 2017 en 2018", value: "2017/2018"},
			{who: dutch, words: "3 mei 2018", value: "2018-05-03"},
			{who: unknown, words: "around May 2018", value: "2018-05~"},
			{who: unknown, words: "fall 2019", value: "2019-23"},
			{who: unknown, words: "sometime in early 2018", value: "2018-01~/2018-04~"},
			{who: unknown, words: "4/5/2018", options: "2018-05-04|2018-04-05"},
			{who: dutch, words: "tot nu", value: Still},
			{who: unknown, words: "Still using it", value: Still},
			{who: dutch, words: "november 2026", value: "2026-11"},
			{who: dutch, words: "december 2026", reason: ReasonDateFuture},
			{who: dutch, words: "2027", reason: ReasonDateFuture},
			{who: dutch, words: "maart 2014", reason: ReasonDateEarly},
			{who: dutch, words: "2014", value: "2014"},
			{who: dutch, words: "13/2018", reason: ReasonDateNoMonth},
			{who: dutch, words: "mei", reason: ReasonDateNeedsYear},
			{who: dutch, words: "3 mei", reason: ReasonDateNeedsYear},
			{who: dutch, words: "8", reason: ReasonMonthUnreadable},
			{who: dutch, words: "toen ze 8 was", reason: ReasonMonthUnreadable},
			{who: dutch, words: "2018 2017", reason: ReasonMonthUnreadable},
		})
	}
}

func TestYearOfTwoDigitsMayLieAheadWhereTheFutureIsAllowed(t *testing.T) {
	t.Parallel()
	readsAs(t, Date, Limits{Future: true}, []typed{{who: dutch, words: "3-4-30", value: "2030-04-03"}})
}
