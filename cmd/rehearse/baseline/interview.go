package baseline

import "fmt"

// step is one thing a person does, and by which words they know what comes of it.
type step struct {
	press string // a button's label; "" for something written
	write string
	sees  string
}

// script is what a person does: first once, then again and again, where there is an again.
type script struct {
	first, again []step
}

// interview is a whole one on the shortest way, with one child, from the first contact to the number.
// No two people give the same names.
func interview(n int) script {
	return script{first: join(opening(), child(n, "Bram"), closing(n))}
}

// upTo is an interview that comes to the question after a child's parents' authority, and does not go
// on: it goes back and answers once more. Before it stand 6 answers for the first child, and 60 for
// the seventh.
func upTo(children int) func(n int) script {
	names := []string{"Bram", "Sanne", "Daan", "Noor", "Tijn", "Lieke", "Joep"}
	return func(n int) script {
		all := opening()
		for _, name := range names[:children-1] {
			all = append(all, child(n, name)...)
			all = append(all, step{press: "Yes, another child", sees: "first and last name"})
		}
		last := names[children-1]
		all = append(all, child(n, last)[:3]...)
		return script{first: all, again: []step{
			{press: "‹ Back", sees: "May you decide"},
			{press: "Yes, together, no objection known", sees: "their own TikTok account"},
		}}
	}
}

// same is an interview with a bare program, which asks everybody the same: as many things are written
// and pressed as in the other.
func same(n int) script {
	s := interview(n)
	for i := range s.first {
		s.first[i].sees = "What comes next?"
		if s.first[i].press != "" {
			s.first[i].press = "Go on"
		}
	}
	return s
}

func join(parts ...[]step) (all []step) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func opening() []step {
	return []step{
		{write: "/start tiktok-en-school", sees: "This is the sign-up bot"},
		{press: "Start", sees: "Your data, in short"},
		{press: "I have read this", sees: "For whom are you here"},
		{press: "My child or children", sees: "In which country"},
		{press: "Netherlands", sees: "first and last name"},
	}
}

// child are the questions about one child, up to whether there is another.
func child(n int, name string) []step {
	return []step{
		{write: name + " " + word(n), sees: "born?"},
		{write: fmt.Sprintf("%d March %d", 1+n%28, 2012+n%4), sees: "May you decide"},
		{press: "Yes, together, no objection known", sees: "their own TikTok account"},
		{press: "An own account", sees: "start using TikTok"},
		{press: "2021", sees: "last use TikTok"},
		{press: "Until now", sees: "What happened?"},
		{press: "Data taken without our permission", sees: "What happened?"},
		{press: "Done", sees: "user name on TikTok"},
		{press: "I don't know now", sees: "register another child"},
	}
}

func closing(n int) []step {
	name := "Fatima " + word(n)
	return []step{
		{press: "No, that is all", sees: "your own first and last name"},
		{write: name, sees: "e-mail address"},
		{write: fmt.Sprintf("parent%d@example.org", n), sees: "postcode"},
		{write: fmt.Sprintf("%d AB", 1000+n%9000), sees: "another claim"},
		{press: "No", sees: "Your decision"},
		{press: "Agree, with obligation to pay", sees: "Tap what you agree to"},
		{press: "Give my file to the lawyers", sees: "Tap what you agree to"},
		{press: "Done", sees: "Is this right?"},
		{write: name, sees: "Your number: TT-"},
	}
}

// word is a number in letters, as a name is.
func word(n int) string {
	letters := []byte("Q")
	for n += 26; n > 0; n /= 26 {
		letters = append(letters, byte('a'+n%26))
	}
	return string(letters)
}
