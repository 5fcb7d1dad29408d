package answer_test

import (
	"fmt"

	"claimline/intake/answer"
)

func ExampleRead() {
	parent := answer.Situation{Language: "nl", Country: "NL", Today: "2026-11-23"}

	reading, _ := answer.Read(answer.Date, "12/3/2012", answer.Limits{}, parent)
	fmt.Println(reading.Values[0], "is", answer.Show(answer.Date, reading.Values[0], "nl"))

	_, unfit := answer.Read(answer.Date, "31 februari 2012", answer.Limits{}, parent)
	fmt.Println(unfit.Reason, unfit.Args["month"], unfit.Args["days"])

	reading, _ = answer.Read(answer.Email, "anna@gmial.com", answer.Limits{}, parent)
	fmt.Println(reading.Options)
	// Output:
	// 2012-03-12 is 12 maart 2012
	// date-no-day februari 2012 29
	// [anna@gmail.com anna@gmial.com]
}

func ExampleInterval() {
	from, to, _ := answer.Interval("2018-05~", "2026-11-23")
	fmt.Println(from.Format("2006-01-02"), "to", to.Format("2006-01-02"))
	// Output: 2018-04-01 to 2018-06-30
}
