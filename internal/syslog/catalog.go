package syslog

// Entry is what there is to know about the messages with one tag.
type Entry struct {
	Tag      string
	Message  string // with what varies in angle brackets
	Help     string // in one line
	Facility Facility
	Severity Severity
}

// Catalog returns the tags of the messages that the fabric says, in their order: what
// `help syslog` knows.
func Catalog() []Entry {
	return []Entry{
		{"SNMP_TRAP_LINK_DOWN", "ifIndex <index>, ifAdminStatus <status>, ifOperStatus <status>, ifName <name>",
			"Interface went down", Daemon, Warning},
		{"SNMP_TRAP_LINK_UP", "ifIndex <index>, ifAdminStatus <status>, ifOperStatus <status>, ifName <name>",
			"Interface came up", Daemon, Info},
		{"SSHD_LOGIN_FAILED", "Login failed for user '<username>' from host '<source-address>'",
			"Somebody tried to log in with a wrong name, password or key", Authorization, Notice},
		{"UI_AUTH_EVENT", "Authenticated user '<username>' assigned to class '<class-name>'",
			"User was authenticated and got his login class", Authorization, Info},
		{"UI_CFG_AUDIT_OTHER", "User '<username>' <action>", "User changed the candidate configuration", ChangeLog, Info},
		{"UI_CMDLINE_READ_LINE", "User '<username>', command '<command> '", "User entered a command at the shell", Commands, Info},
		{"UI_COMMIT", "User '<username>' requested '<command>' operation (comment: <message>)", "User requested a commit", Commands, Notice},
		{"UI_COMMIT_COMPLETED", "<command> complete", "Commit was carried out on the fabric", Commands, Notice},
		{"UI_COMMIT_NOT_COMPLETED", "<command> failed", "Commit was refused; no member was changed", Commands, Warning},
		{"UI_DBASE_LOGIN_EVENT", "User '<username>' entering configuration mode", "User entered configuration mode", Commands, Notice},
		{"UI_DBASE_LOGOUT_EVENT", "User '<username>' exiting configuration mode", "User left configuration mode", Commands, Notice},
		{"UI_LOAD_EVENT", "User '<username>' is performing a '<command>'", "User loaded a configuration, or rolled back to one", Commands, Notice},
		{"UI_LOGIN_EVENT", "User '<username>' login, class '<class-name>' [<pid>], ssh-connection '<connection>', client-mode '<client>'",
			"User logged in", Authorization, Info},
		{"UI_LOGOUT_EVENT", "User '<username>' logout", "User logged out", Authorization, Info},
		{"UI_NETCONF_CMD", "User '<username>' used NETCONF client to run command '<command>'", "Program carried out an operation", Commands, Info},
	}
}
