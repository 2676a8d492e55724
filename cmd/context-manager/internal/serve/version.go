package serve

import (
	"regexp"
	"strings"
)

// semanticVersion is a version as NATS services want it: 1.2.3, or 0.0.0 for what is no release.
func semanticVersion(version string) string {
	v := strings.TrimPrefix(version, "v")
	if ok, _ := regexp.MatchString(`^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`, v); !ok {
		return "0.0.0"
	}
	return v
}
