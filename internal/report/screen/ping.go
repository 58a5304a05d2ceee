package screen

import (
	"encoding/xml"
	"fmt"
	"math"
	"strings"

	"oneswitch/internal/report"
)

// Ping is `ping`.
type Ping struct {
	XMLName  xml.Name    `xml:"ping-results"`
	Host     string      `xml:"target-host"`
	Address  string      `xml:"target-ip"`
	Size     int         `xml:"packet-size"` // octets of payload
	Rapid    bool        `xml:"rapid,omitempty"`
	Replies  []PingReply `xml:"probe-result"`
	Sent     int         `xml:"probe-results-summary>probes-sent"`
	Received int         `xml:"probe-results-summary>responses-received"`
	Loss     int         `xml:"probe-results-summary>packet-loss"` // percent
	Minimum  int64       `xml:"probe-results-summary>rtt-minimum,omitempty"`
	Average  int64       `xml:"probe-results-summary>rtt-average,omitempty"`
	Maximum  int64       `xml:"probe-results-summary>rtt-maximum,omitempty"`
	Stddev   int64       `xml:"probe-results-summary>rtt-stddev,omitempty"`
}

// PingReply is one answer.
type PingReply struct {
	Sequence int   `xml:"probe-index"`
	TTL      int   `xml:"time-to-live"`
	Micros   int64 `xml:"rtt"` // microseconds, as everywhere here
}

// Sum fills in the summary from the answers.
func (r *Ping) Sum() {
	r.Received = len(r.Replies)
	if r.Sent > 0 {
		r.Loss = (r.Sent - r.Received) * 100 / r.Sent
	}
	if r.Received == 0 {
		return
	}
	var sum, squares float64
	r.Minimum = r.Replies[0].Micros
	for _, p := range r.Replies {
		r.Minimum, r.Maximum = min(r.Minimum, p.Micros), max(r.Maximum, p.Micros)
		sum += float64(p.Micros)
		squares += float64(p.Micros) * float64(p.Micros)
	}
	mean := sum / float64(r.Received)
	r.Average = int64(mean)
	r.Stddev = int64(math.Sqrt(max(0, squares/float64(r.Received)-mean*mean)))
}

// icmpHeader is the length of the header that ping(8) counts in.
const icmpHeader = 8

// Text prints what ping(8) prints.
func (r Ping) Text(w *report.Writer) {
	w.Linef("PING %s (%s): %d data bytes", r.Host, r.Address, r.Size)
	if r.Rapid {
		w.Line(strings.Repeat("!", r.Received) + strings.Repeat(".", r.Sent-r.Received))
	} else {
		for _, p := range r.Replies {
			w.Linef("%d bytes from %s: icmp_seq=%d ttl=%d time=%s ms", r.Size+icmpHeader, r.Address, p.Sequence, p.TTL, millis(p.Micros))
		}
		w.Blank()
	}
	w.Linef("--- %s ping statistics ---", r.Host)
	w.Linef("%d packets transmitted, %d packets received, %d%% packet loss", r.Sent, r.Received, r.Loss)
	if r.Received > 0 {
		w.Linef("round-trip min/avg/max/stddev = %s/%s/%s/%s ms", millis(r.Minimum), millis(r.Average), millis(r.Maximum), millis(r.Stddev))
	}
}

func millis(micros int64) string { return fmt.Sprintf("%.3f", float64(micros)/1000) }

// Traceroute is `traceroute`.
type Traceroute struct {
	XMLName xml.Name   `xml:"traceroute-results"`
	Host    string     `xml:"target-host"`
	Address string     `xml:"target-ip"`
	MaxHops int        `xml:"max-hop-index"`
	Size    int        `xml:"packet-size"`
	Hops    []TraceHop `xml:"hop"`
}

// TraceHop is one router on the way, or the target.
type TraceHop struct {
	TTL     int     `xml:"ttl-value"`
	Address string  `xml:"last-ip-address,omitempty"` // empty: nobody answered
	Reached bool    `xml:"-"`                         // the way ends here
	Micros  []int64 `xml:"probe-result>rtt"`          // 0: no answer
}

// Text prints what traceroute(8) prints.
func (r Traceroute) Text(w *report.Writer) {
	w.Linef("traceroute to %s (%s), %d hops max, %d byte packets", r.Host, r.Address, r.MaxHops, r.Size)
	t := report.Table{NoHeader: true, Columns: []report.Column{{Width: 2, Right: true}, {}}}
	for _, h := range r.Hops {
		t.Rows = append(t.Rows, []string{fmt.Sprint(h.TTL), " " + h.line()})
	}
	w.Table(t)
}

// line is who answered and how fast.
func (h TraceHop) line() string {
	var words []string
	if h.Address != "" {
		words = append(words, h.Address+" ("+h.Address+")")
	}
	for _, m := range h.Micros {
		word := "*"
		if m > 0 {
			word = " " + millis(m) + " ms"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}
