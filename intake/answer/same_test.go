package answer

import "testing"

func TestNamesThatAreOnePersons(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Anna Voorbeeld", "anna  VOORBEELD", "Ánna Maria van Voorbeeld", "Anna-Voorbeeld", "anna de vries-voorbeeld"} {
		if got := NameKey(name); got != "anna voorbeeld" {
			t.Errorf("%q is known as %q", name, got)
		}
	}
	for _, name := range []string{"Anna", "Hanna Voorbeeld", "Anna Voorbeelt", "Voorbeeld Anna"} {
		if NameKey(name) == NameKey("Anna Voorbeeld") {
			t.Errorf("%q is taken for Anna Voorbeeld", name)
		}
	}
}

func TestTextsThatAreCopies(t *testing.T) {
	t.Parallel()
	const text = "They showed our child one dangerous video after the other, for hours."
	for _, copied := range []string{"THEY SHOWED our child; one dangerous video after the other... for hours", "\n" + text + "\n"} {
		if TextKey(copied) != TextKey(text) {
			t.Errorf("%q is not seen as a copy", copied)
		}
	}
	for _, short := range []string{"", "I don't know", "The same as with the others, really", "1234 5678 9012 3456 7890 1234 5678 9012 3456 7890"} {
		if TextKey(short) != "" {
			t.Errorf("%q counts as somebody's own words", short)
		}
	}
}
