package answer

import "testing"

func benchmarkRead(b *testing.B, k Kind, words string, who Situation) {
	b.Helper()
	Read(k, words, Limits{}, who) // the tables are built at first use
	b.ReportAllocs()
	for b.Loop() {
		Read(k, words, Limits{}, who)
	}
}

func BenchmarkDateInWords(b *testing.B)    { benchmarkRead(b, Date, "zaterdag 12 maart 2012", dutch) }
func BenchmarkDateInNumbers(b *testing.B)  { benchmarkRead(b, Date, "12/3/2012", unknown) }
func BenchmarkDateWithSlip(b *testing.B)   { benchmarkRead(b, Date, "12 maaart 2012", dutch) }
func BenchmarkCountry(b *testing.B)        { benchmarkRead(b, Country, "Nederland", dutch) }
func BenchmarkCountryForeign(b *testing.B) { benchmarkRead(b, Country, "Україна", dutch) }
func BenchmarkCountrySlip(b *testing.B)    { benchmarkRead(b, Country, "Nederlnad", dutch) }
func BenchmarkPhone(b *testing.B)          { benchmarkRead(b, Phone, "06 12345678", dutch) }
func BenchmarkLongText(b *testing.B) {
	benchmarkRead(b, LongText, "In 2019 kreeg mijn kind berichten van onbekenden, 12 keer in 3 weken.", dutch)
}

// BenchmarkCountryTable is what the first country typed costs once.
func BenchmarkCountryTable(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		buildEveryName()
	}
}

func BenchmarkLanguageFiles(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := loadSpeeches(); err != nil {
			b.Fatal(err)
		}
	}
}
