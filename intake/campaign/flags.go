package campaign

// Raised lists the flags that the answers raise: those about the member that env is about, or
// those about the person when it is about nobody. A flag without a condition is never raised here:
// an outcome, a member who is let go or the program itself raises it, and its entry only says how
// severe it is and who acts.
func (c *Campaign) Raised(env Env) []FlagRule {
	var raised []FlagRule
	for _, f := range c.Flags {
		if f.When != "" && f.Member == (env.view.item != 0) && c.Holds(f.When, env) {
			raised = append(raised, f)
		}
	}
	return raised
}

// Flag finds the entry of a flag by its code.
func (c *Campaign) Flag(code string) (FlagRule, bool) {
	for _, f := range c.Flags {
		if f.Code == code {
			return f, true
		}
	}
	return FlagRule{}, false
}
