package people

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"slices"
	"strings"

	fake "claimline/bots/fakes/telegram"
)

// what the program says about files of proof.
const (
	saysOffers  = "You can make it stronger at any time"
	saysSupport = "you support the claim"
	saysWhich   = "What could you add as proof?"
	saysSend    = "Send what you have, up to 10 files"
	saysThanks  = "Stored with your file"
)

// mostFiles is how many files a prover sends, at most.
const mostFiles = 3

// prove adds proof to the claim that is on file: it says which, sends some files, and reads of each that
// it is stored. Who registers no child has nothing to prove.
func (p *Texter) prove(ctx context.Context) error {
	menu, err := p.told(ctx, p.answered, saysOffers, saysSupport)
	if err != nil || strings.Contains(menu.Text, saysSupport) {
		return err
	}
	i := slices.IndexFunc(menu.Labels(), func(l string) bool { return strings.HasSuffix(l, "proof") })
	if i < 0 {
		return fmt.Errorf("nobody asks for proof among %q", menu.Labels())
	}
	defer func(talked int) { p.child = talked }(p.child)
	p.child = 1
	if _, err := p.PressOld(menu, menu.Labels()[i]); err != nil {
		return err
	}
	which, err := p.told(ctx, menu.ID, saysWhich)
	if err != nil {
		return err
	}
	if err := p.several(p.before(which), p.campaign.Question("e.items")); err != nil {
		return err
	}
	asks, err := p.told(ctx, which.ID, saysSend)
	if err != nil {
		return err
	}
	p.Past.Added++
	return p.handIn(ctx, asks)
}

// handIn sends files, one after the other, and says when that was all.
func (p *Texter) handIn(ctx context.Context, asks *fake.Message) error {
	var sums []string
	for n := range 1 + p.random.IntN(mostFiles) {
		file, send := p.page(n), p.SendDocument
		if n%2 == 1 {
			file, send = p.photo(), p.SendPhoto
		}
		sent, err := send(file, "")
		if err != nil {
			return err
		}
		if _, err := p.told(ctx, sent.ID, fmt.Sprintf("✔ %d file", n+1)); err != nil {
			return err
		}
		if asks, err = p.told(ctx, sent.ID, saysSend); err != nil {
			return err
		}
		sum := sha256.Sum256(file.Body)
		sums = append(sums, hex.EncodeToString(sum[:]))
	}
	p.said["e.files#1"] = strings.Join(sums, ",")
	if _, err := p.pressSaid(ctx, asks.ID-1, saysSend, "Done", saysThanks); err != nil {
		return err
	}
	p.Past.Added++
	return nil
}

// page is a file with words that nobody else writes.
func (p *Parent) page(n int) fake.File {
	text := fmt.Sprintf("Page %d of what %s saw.\n", n+1, p.Canary("Getuige"))
	return fake.File{Name: strings.ToLower(p.Canary("bewijs")) + ".txt", Type: "text/plain", Body: []byte(text)}
}

// photo is a picture that nobody else has.
func (p *Parent) photo() fake.File {
	picture := image.NewGray(image.Rect(0, 0, 24, 24))
	for i := range picture.Pix {
		picture.Pix[i] = color.Gray{Y: uint8(p.random.IntN(256))}.Y
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, picture, nil) // into memory, a picture of this size
	return fake.File{Name: "photo.jpg", Type: "image/jpeg", Body: b.Bytes()}
}
