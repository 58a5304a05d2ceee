// Package intent says what one member shall do: the one contract between the
// director, which compiles intents, and the member, which carries them out.
//
// An Intent is a value. Its canonical XML is the wire form and the thing that is
// hashed, so two intents are equal exactly when their hashes are (Stamp).
//
// Invariant: Canonical puts every list in order, and Marshal refuses nothing that
// Unmarshal would accept. The package does no I/O and knows neither the
// configuration language nor any protocol. A change of the contract needs an ADR
// and a new Version in the same commit.
package intent
