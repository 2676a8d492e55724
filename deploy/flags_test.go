package deploy

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// What a stop takes after the drain: the last HTTP answers, the last audit records, and leave to be slow.
const afterDrain = 10 * time.Second

// A compose is the part of a Compose file that is in use here.
type compose struct {
	Name     string                    `json:"name"`
	Services map[string]composeService `json:"services"`
	Volumes  map[string]struct{}       `json:"volumes"`
}

type composeService struct {
	Image           string            `json:"image"`
	Build           map[string]string `json:"build"`
	Command         []string          `json:"command"`
	User            string            `json:"user"`
	Environment     map[string]string `json:"environment"`
	Volumes         []string          `json:"volumes"`
	Ports           []string          `json:"ports"`
	DependsOn       []string          `json:"depends_on"`
	Deploy          map[string]int    `json:"deploy"`
	ReadOnly        bool              `json:"read_only"`
	CapDrop         []string          `json:"cap_drop"`
	SecurityOpt     []string          `json:"security_opt"`
	StopGracePeriod string            `json:"stop_grace_period"`
	Restart         string            `json:"restart"`
}

// environment is what the worker in Kubernetes is given by value.
func environment(t *testing.T) map[string]string {
	t.Helper()
	env := maps.Clone(manifest[corev1.ConfigMap](t, "configmap.yaml").Data)
	for _, v := range container(t).Env {
		env[v.Name] = v.Value
	}
	return env
}

// unit reads the settings of a systemd unit, or an environment file.
func unit(t *testing.T, name string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("systemd", name))
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for line := range strings.Lines(string(text)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if ok && !strings.HasPrefix(key, "#") {
			settings[key] = value
		}
	}
	return settings
}

func composition(t *testing.T) compose {
	t.Helper()
	text, err := os.ReadFile("compose/compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c compose
	if err := yaml.UnmarshalStrict(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// Every variable that deploy sets is one that the program reads.
func TestVariablesAreThoseOfTheProgram(t *testing.T) {
	t.Parallel()
	known := variables(t)
	for place, env := range map[string]map[string]string{
		"kubernetes": environment(t), "systemd": unit(t, "worker.env"), "compose": composition(t).Services["worker"].Environment,
	} {
		for name := range env {
			if !slices.Contains(known, name) {
				t.Errorf("%s sets %s, which the program does not read", place, name)
			}
		}
		if _, file := env["CTX_KEYS_FILE"]; !file && env["CTX_KEYS_DIR"] == "" {
			t.Errorf("%s names no key ring", place)
		}
	}
}

// variables are those of the flags in cmd.
func variables(t *testing.T) []string {
	t.Helper()
	tag := regexp.MustCompile(`env:"(CTX_[A-Z0-9_]+)"`)
	var names []string
	err := filepath.WalkDir("../cmd/context-manager", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		for _, match := range tag.FindAllSubmatch(text, -1) {
			names = append(names, string(match[1]))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(names) < 15 {
		t.Fatalf("found %v: this test looks in the wrong place", names)
	}
	return names
}

// Whoever kills waits longer than the drain.
func TestADrainIsNotCutShort(t *testing.T) {
	t.Parallel()
	systemd := unit(t, "context-manager.service")
	composed := composition(t).Services["worker"]
	grace := *manifest[appsv1.Deployment](t, "deployment.yaml").Spec.Template.Spec.TerminationGracePeriodSeconds
	for place, c := range map[string]struct{ drain, kill string }{
		"kubernetes": {environment(t)["CTX_DRAIN_TIMEOUT"], strconv.FormatInt(grace, 10) + "s"},
		"systemd":    {unit(t, "worker.env")["CTX_DRAIN_TIMEOUT"], systemd["TimeoutStopSec"] + "s"},
		"compose":    {composed.Environment["CTX_DRAIN_TIMEOUT"], composed.StopGracePeriod},
	} {
		drain, err := time.ParseDuration(c.drain)
		if err != nil {
			t.Fatalf("%s: %v", place, err)
		}
		kill, err := time.ParseDuration(c.kill)
		if err != nil {
			t.Fatalf("%s: %v", place, err)
		}
		if kill < drain+afterDrain {
			t.Errorf("%s kills after %s; the drain takes %s and what follows %s", place, kill, drain, afterDrain)
		}
	}
}

// A worker that panicked is started again, as often as it takes: Go exits with
// 2 then, as the program does after wrong usage.
func TestAPanicIsNoReasonToStayDown(t *testing.T) {
	t.Parallel()
	systemd := unit(t, "context-manager.service")
	if systemd["Restart"] != "on-failure" || systemd["RestartPreventExitStatus"] != "" || systemd["StartLimitIntervalSec"] != "0" {
		t.Errorf("systemd restarts %q, but not after %q, nor too often in %q s", systemd["Restart"], systemd["RestartPreventExitStatus"], systemd["StartLimitIntervalSec"])
	}
}

// Certificates and keys are where the worker is told that they are.
func TestFilesAreWhereTheWorkerLooks(t *testing.T) {
	t.Parallel()
	var mounts []string
	for _, m := range container(t).VolumeMounts {
		mounts = append(mounts, m.MountPath)
	}
	for name, value := range environment(t) {
		if strings.HasPrefix(value, "/") && !slices.ContainsFunc(mounts, func(m string) bool { return value == m || strings.HasPrefix(value, m+"/") }) {
			t.Errorf("%s is %s, which is not mounted", name, value)
		}
	}
	for name, service := range composition(t).Services {
		for _, volume := range service.Volumes {
			source, _, _ := strings.Cut(volume, ":")
			if named := !strings.HasPrefix(source, "."); named {
				if _, ok := composition(t).Volumes[source]; !ok {
					t.Errorf("%s mounts %s, which is not declared", name, source)
				}
			} else if _, err := os.Stat(filepath.Join("compose", source)); err != nil && source != "./keys" {
				t.Errorf("%s mounts %s: %v", name, source, err)
			}
		}
	}
}

// The Compose example has its keys made inside the repository.
func TestTheKeysOfComposeAreNotForGit(t *testing.T) {
	t.Parallel()
	ignored, err := os.ReadFile("../.gitignore")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(strings.Fields(string(ignored)), "/deploy/compose/keys/") {
		t.Error("git would take the ring and the callers' keys that the head of compose.yaml has made")
	}
}

func TestTheImageIsBuiltAsTheModuleSays(t *testing.T) {
	t.Parallel()
	docker, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^toolchain go(\S+)$`).FindSubmatch(mod)
	if version == nil || !bytes.Contains(docker, append([]byte("golang:"), append(version[1], " AS build"...)...)) {
		t.Errorf("the Dockerfile does not build with Go %s", version)
	}
	user := regexp.MustCompile(`(?m)^USER (\d+):`).FindSubmatch(docker)
	if user == nil {
		t.Fatal("the image has no numeric user, so Kubernetes cannot tell that it is not root")
	}
	if uid := *manifest[appsv1.Deployment](t, "deployment.yaml").Spec.Template.Spec.SecurityContext.RunAsUser; string(user[1]) != strconv.FormatInt(uid, 10) {
		t.Errorf("the image runs as %s, the pod as %d", user[1], uid)
	}
	if bytes.LastIndex(docker, []byte("\nUSER ")) < bytes.LastIndex(docker, []byte("\nFROM ")) {
		t.Error("the last stage runs as root")
	}
}

func text(port int32) string { return strconv.Itoa(int(port)) }
