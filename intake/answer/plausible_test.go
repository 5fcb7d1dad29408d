package answer

import "testing"

// Names that people have, in many scripts and of every shape: none may be doubted.
var realNames = []string{
	"Ng", "Aa", "Bo", "Oo", "Wu", "O", "Eu", "Li Li", "U Nu", "Y Lan", "Anna", "Anna Voorbeeld", "Bob", "Otto", "Hannah", "Lulu", "Mimi", "Bambam", "Kaykay",
	"Nguyễn", "Nguyễn Thị Ánh", "O'Brien", "van der Aa", "Ijsbrand van 't Hof", "'s-Gravesande", "Björk", "Ödön", "Øystein Å", "Łucja", "Şükrü Çiçek", "Gwyndolyn Llwyd", "Ffion", "Aaltje Ooms",
	"Reza", "Azer", "Wert", "Trew", "Sadaf", "Dash", "Klaas", "Ali Ali", "Owen Owen", "Thomas Thomas", "Mohamed Mohamed", "Jan Test", "Test Jansen", "John Smith III", "Louis Xxi",
	"Krzysztof Brzęczyszczykiewicz", "Hrvoje Krk", "Vlk", "Schwarzkopf", "Ngqabutho", "Mxolisi", "Nnamdi", "Oluwaseun", "Keaweaheulu", "Kaaawa", "Liliʻuokalani", "Siiiri", "J.R.R. Tolkien", "Jean-Pierre", "Anne-Fleur de la Fontaine",
	"李", "李李", "王小明", "林森森", "金", "김", "김민준", "이이", "さくら", "ののか", "みみ", "佐々木", "ハナコ", "الله", "محمد", "محمد محمد", "علي", "فاطمة الزهراء", "שרה", "נח", "דוד בן גוריון",
	"Анна", "Ян", "Смит", "Оля", "Жанна Ёлкина", "Ξένη", "Ιώ", "Αθηνά Παπαδοπούλου", "नीता", "आशा", "ममता", "প্রিয়া", "தமிழ்", "మల్లేశ్వరి", "ഉണ്ണി", "ਗੁਰਪ੍ਰੀਤ", "สมชาย", "ลลิตา", "မောင်မောင်", "ខ្មែរ", "ລາວ", "ნინო", "Աննա", "ሰላም", "ᏣᎳᎩ", "Ꭰ",
}

func TestNobodysNameIsDoubted(t *testing.T) {
	t.Parallel()
	for _, name := range realNames {
		if reading, unfit := Read(Name, name, Limits{}, Situation{}); unfit != nil {
			t.Errorf("%s cannot be answered: %s", name, unfit.Reason)
		} else if Implausible(reading.Values[0]) {
			t.Errorf("%s is doubted", name)
		}
	}
	if Implausible("") || Implausible(" - ") {
		t.Error("nothing is doubted")
	}
}

func TestWhatNobodyIsCalled(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"asdf", "ASDF", "asdf asdf", "Asdf Jansen", "sdfgh", "lkjh", "qwerty", "Qwer", "qwertz", "azertyu", "zxcvbn", "mnbvcxz", "wxcv", "фыва", "йцукен", "ждлорп",
		"xxx", "x x x", "XXXX", "aaaa bbbb", "Zzzz Jansen", "ааа", "ああああ", "...aaa", "ёёёё",
		"asdasdasd", "hahahaha", "abcabcabca", "blablabla",
		"test", "Test Test", "test naam", "Voornaam Achternaam", "Name", "onbekend", "Anonymous", "TEST-TEST",
	} {
		if !Implausible(name) {
			t.Errorf("%s passes", name)
		}
	}
}
