package intake_test

import (
	"errors"
	"strings"
	"testing"

	"claimline/intake"
	"claimline/intake/campaign"
)

// Whoever has a file in two campaigns is told which one a command is about, and how to get to the
// other. Erasing the one that is not sent yet leaves the other where it was.
func TestCommandsSayWhichCampaignTheyAreAbout(t *testing.T) {
	t.Parallel()
	p := sentIn(t)
	p.Say("/start zoom")
	p.Seen()
	p.Say("/withdraw")
	p.hears("You have not agreed to anything for Zoom privacy claim yet")
	p.Say("/status")
	p.hears("You also have a registration for TikTok privacy claim, which stays as it is: /start tiktok")
	p.Say("/cancel")
	p.Press("Yes, erase everything", false)
	p.hears("Your answers for Zoom privacy claim are erased")
	p.Say("/status")
	p.hears("TT-")
}

// Erasing everything erases it in every campaign.
func TestErasingIsEverywhere(t *testing.T) {
	t.Parallel()
	p := sentIn(t)
	p.Say("/start zoom")
	p.Say("/delete")
	p.Press("Yes, erase everything", false)
	p.hears("Everything is erased")
	if _, err := p.shelf.Find(account); !errors.Is(err, intake.ErrNoFile) {
		t.Errorf("something is kept: %v", err)
	}
}

// A campaign that takes nothing new keeps nobody from the file that they have.
func TestALinkToAClosedCampaign(t *testing.T) {
	t.Parallel()
	p := sentIn(t)
	known := p.desk.Campaign
	p.desk.Campaign = func(id string) (*campaign.Campaign, campaign.Status, bool) {
		c, status, ok := known(id)
		if id == "zoom" {
			status = campaign.Closed
		}
		return c, status, ok
	}
	p.Say("/start zoom")
	p.hears("Zoom privacy claim takes nothing new")
	p.Say("/status")
	p.hears("TT-")
}

// A file that was still on its way when somebody turned to another campaign is kept where it was sent.
func TestAFileOnItsWay(t *testing.T) {
	t.Parallel()
	p := sentIn(t)
	p.Press("Child 1: proof", false)
	for p.Question() != "e.files#1" {
		label := p.Labels()[0]
		if strings.HasPrefix(label, "☐") {
			p.Press(label, false)
			label = "Done"
		}
		p.Press(label, false)
	}
	p.do(intake.Sent{Handle: "h", Name: "a.jpg", Type: "image/jpeg", Bytes: 1000, Message: "m"})
	var job intake.Outgoing
	for _, o := range p.shelf.out {
		if o.Do == intake.Fetch {
			job = o
		}
	}
	p.Say("/start zoom")
	p.do(intake.Fetched{Job: job.ID, Conversation: job.Conversation, Stored: intake.StoredFile{ID: "file", SHA256: "x", Type: "image/jpeg"}})
	p.Say("/start tiktok")
	f, err := p.file()
	if err != nil || len(f.Conversation.State.Files) != 1 {
		t.Errorf("the file is not there: %v, %v", f.Conversation.State.Files, err)
	}
}
