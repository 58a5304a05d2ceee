package director

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"oneswitch/director/ops"
	"oneswitch/director/password"
	"oneswitch/internal/junos/conf"
	"oneswitch/internal/junos/settings"
)

// adminUser is the account that a fabric as shipped has.
const adminUser = "admin"

// factoryText is the configuration of a fabric as shipped, with the password that
// was made for it at first start (`encrypted` is its hash).
func factoryText(encrypted string) string {
	return fmt.Sprintf(`version %s;
system {
    host-name %s;
    login {
        user %s {
            class super-user;
            authentication {
                encrypted-password %s;
            }
        }
    }
    services {
        ssh;
        netconf {
            ssh;
        }
    }
}
protocols {
    lldp {
        interface all;
    }
}
vlans {
    %s {
        vlan-id 1;
    }
}
`, ops.Release, settings.DefaultHostName, adminUser, conf.Quote(encrypted), settings.DefaultVLAN)
}

// firstPassword returns the password in the file, or makes one there. The file is
// the only place where it ever stands in plain text.
func firstPassword(path string) (string, error) {
	if b, err := os.ReadFile(path); err == nil && strings.TrimSpace(string(b)) != "" {
		return strings.TrimSpace(string(b)), nil
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read password file: %w", err)
	}
	made := password.New()
	if err := writeSecret(path, []byte(made+"\n")); err != nil {
		return "", fmt.Errorf("write password file: %w", err)
	}
	return made, nil
}
