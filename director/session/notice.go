package session

// maxNotices bounds what is kept for a session that does not ask.
const maxNotices = 32

// Tell leaves a line for everybody: the shells show it as they can.
func (d *Database) Tell(text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.mu.sessions {
		s.note(text)
	}
}

// note leaves a line for one session; the lock is held. The oldest go first.
func (s *Session) note(text string) {
	if len(s.notices) == maxNotices {
		s.notices = s.notices[1:]
	}
	s.notices = append(s.notices, text)
}

// Note leaves a line for this session.
func (s *Session) Note(text string) {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	s.note(text)
}

// Notices returns what happened since it was asked last and this session should know,
// oldest first. To ask is no sign of life.
func (s *Session) Notices() []string {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	out := s.notices
	s.notices = nil
	return out
}
