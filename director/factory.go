package director

import (
	"fmt"

	"oneswitch/director/ops"
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
