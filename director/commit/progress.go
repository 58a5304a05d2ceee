package commit

import "oneswitch/inventory"

// Progress tells whoever asked how far the open transaction is.
type Progress struct {
	Revision uint64
	Member   inventory.MemberID // empty: it is about the transaction
	Stage    Stage
	Reason   string // why, of StageRefused and StageOwes
}

// Stage is one step of a transaction.
type Stage uint8

// The stages, in the order in which a transaction or one member goes through them.
const (
	StageBegun     Stage = iota // its row is durable
	StageAbsent                 // the member is away: it will owe
	StageAsked                  // PREPARE was sent
	StageReady                  // the member voted yes
	StageRefused                // the member voted no, or was lost
	StageDeciding               // every vote is in, and is yes
	StageDecided                // the decision row says commit
	StageDelivered              // the member carries it out
	StageOwes                   // the member is still to be brought up to it
	StageAborted                // nobody carries it out
)

func (Progress) effect() {}

// Text says in words how far the transaction is; names turns a serial number into what
// the user calls the member.
func (p Progress) Text(names func(inventory.MemberID) string) string {
	if p.Member == "" {
		switch p.Stage {
		case StageBegun:
			return sprint("transaction of revision %d is durable, asking members to prepare", p.Revision)
		case StageDeciding:
			return "all members are prepared, writing the decision"
		case StageDecided:
			return sprint("decided: revision %d is committed", p.Revision)
		}
		return sprint("revision %d is aborted, no member is changed", p.Revision)
	}
	name := names(p.Member)
	switch p.Stage {
	case StageAbsent:
		return name + ": does not answer, is brought up to this configuration when it returns"
	case StageAsked:
		return name + ": prepare"
	case StageReady:
		return name + ": prepared"
	case StageRefused:
		return name + ": refused: " + p.Reason
	case StageDelivered:
		return name + ": committed"
	}
	text := name + ": owes this configuration, is brought up to it later"
	if p.Reason != "" {
		text += " (" + p.Reason + ")"
	}
	return text
}
