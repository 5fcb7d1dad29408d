package intake

// Letter is an Outgoing on its way to a platform.
type Letter struct {
	Outgoing
	Attempts int
	// Target is the platform's id of the message that an Edit or Remove means; "" when it was never
	// delivered, and then there is nothing to change.
	Target MessageID
}
