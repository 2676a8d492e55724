package deploy

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"

	"github.com/context-manager/context-manager/messages/envelope"
)

// A kind is what a manifest says it is.
type kind struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name, Namespace string
	} `json:"metadata"`
}

// A kustomization is the part of Kustomize's file that is in use here.
type kustomization struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Namespace  string   `json:"namespace"`
	Resources  []string `json:"resources"`
}

// typeOf makes an empty object of a manifest's type, nil for one that is not expected.
func typeOf(k kind) any {
	switch k.APIVersion + " " + k.Kind {
	case "v1 Namespace":
		return new(corev1.Namespace)
	case "v1 ServiceAccount":
		return new(corev1.ServiceAccount)
	case "v1 ConfigMap":
		return new(corev1.ConfigMap)
	case "v1 Secret":
		return new(corev1.Secret)
	case "v1 Service":
		return new(corev1.Service)
	case "apps/v1 Deployment":
		return new(appsv1.Deployment)
	case "networking.k8s.io/v1 Ingress":
		return new(networkingv1.Ingress)
	case "networking.k8s.io/v1 NetworkPolicy":
		return new(networkingv1.NetworkPolicy)
	case "policy/v1 PodDisruptionBudget":
		return new(policyv1.PodDisruptionBudget)
	case "autoscaling/v2 HorizontalPodAutoscaler":
		return new(autoscalingv2.HorizontalPodAutoscaler)
	case "kustomize.config.k8s.io/v1beta1 Kustomization":
		return new(kustomization)
	default:
		return nil
	}
}

func TestEveryManifestDecodesStrictly(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("kubernetes/*.yaml")
	if err != nil || len(files) < 10 {
		t.Fatalf("found %d manifests, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			for _, doc := range documents(t, file) {
				var k kind
				if err := yaml.Unmarshal(doc, &k); err != nil {
					t.Fatal(err)
				}
				into := typeOf(k)
				if into == nil {
					t.Fatalf("%s %s is not a kind that this test knows", k.APIVersion, k.Kind)
				}
				if err := yaml.UnmarshalStrict(doc, into); err != nil {
					t.Errorf("%s: %v", k.Kind, err)
				}
				if k.Metadata.Namespace != "context-manager" && k.Kind != "Namespace" && k.Kind != "Kustomization" {
					t.Errorf("%s is in the namespace %q", k.Kind, k.Metadata.Namespace)
				}
			}
		})
	}
}

func TestKustomizeTakesEveryManifestButTheSecrets(t *testing.T) {
	t.Parallel()
	all := manifest[kustomization](t, "kustomization.yaml").Resources
	files, err := filepath.Glob("kubernetes/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		listed, wanted := slices.Contains(all, name), name != "kustomization.yaml" && name != "secrets.example.yaml"
		if listed != wanted {
			t.Errorf("%s is listed: %v; want %v", name, listed, wanted)
		}
	}
	if len(all) != len(files)-2 {
		t.Errorf("%d resources are listed, there are %d", len(all), len(files)-2)
	}
}

func TestManifestsAgreeWithEachOther(t *testing.T) {
	t.Parallel()
	deployment := manifest[appsv1.Deployment](t, "deployment.yaml")
	pod := deployment.Spec.Template
	labels := pod.Labels
	for name, selector := range map[string]map[string]string{
		"deployment": deployment.Spec.Selector.MatchLabels,
		"service":    manifest[corev1.Service](t, "service.yaml").Spec.Selector,
		"policy":     manifest[networkingv1.NetworkPolicy](t, "networkpolicy.yaml").Spec.PodSelector.MatchLabels,
		"budget":     manifest[policyv1.PodDisruptionBudget](t, "poddisruptionbudget.yaml").Spec.Selector.MatchLabels,
		"zones":      pod.Spec.TopologySpreadConstraints[0].LabelSelector.MatchLabels,
		"nodes":      pod.Spec.TopologySpreadConstraints[1].LabelSelector.MatchLabels,
	} {
		if len(selector) == 0 || !includes(labels, selector) {
			t.Errorf("the %s selects %v; the pods have %v", name, selector, labels)
		}
	}
	if target := manifest[autoscalingv2.HorizontalPodAutoscaler](t, "horizontalpodautoscaler.yaml").Spec.ScaleTargetRef; target.Name != deployment.Name || target.Kind != "Deployment" {
		t.Errorf("the autoscaler scales %v", target)
	}
	if account := manifest[corev1.ServiceAccount](t, "serviceaccount.yaml"); account.Name != pod.Spec.ServiceAccountName {
		t.Errorf("the pods use the account %q, there is %q", pod.Spec.ServiceAccountName, account.Name)
	}
	config := manifest[corev1.ConfigMap](t, "configmap.yaml")
	if from := container(t).EnvFrom; len(from) != 1 || from[0].ConfigMapRef == nil || from[0].ConfigMapRef.Name != config.Name {
		t.Errorf("the worker's environment is from %v", from)
	}
	checkSecrets(t, pod.Spec.Volumes)
}

// checkSecrets looks for an example of every secret that is mounted.
func checkSecrets(t *testing.T, volumes []corev1.Volume) {
	t.Helper()
	examples := map[string]bool{}
	for _, doc := range documents(t, "kubernetes/secrets.example.yaml") {
		var secret corev1.Secret
		if err := yaml.UnmarshalStrict(doc, &secret); err != nil {
			t.Fatal(err)
		}
		examples[secret.Name] = true
	}
	for _, volume := range volumes {
		if volume.Secret == nil || !examples[volume.Secret.SecretName] {
			t.Errorf("volume %q mounts what secrets.example.yaml does not show", volume.Name)
		}
	}
}

func TestPortsAgree(t *testing.T) {
	t.Parallel()
	c := container(t)
	if len(c.Ports) != 1 {
		t.Fatalf("the worker has the ports %v", c.Ports)
	}
	port := c.Ports[0]
	if address := environment(t)["CTX_HTTP"]; address != ":"+text(port.ContainerPort) {
		t.Errorf("the worker listens on %q, its port is %d", address, port.ContainerPort)
	}
	for path, probe := range map[string]*corev1.Probe{
		"/health/liveness": c.LivenessProbe, "/health/readiness": c.ReadinessProbe,
	} {
		if probe.HTTPGet.Path != path || probe.HTTPGet.Port.StrVal != port.Name {
			t.Errorf("a probe asks %s on %s; want %s on %s", probe.HTTPGet.Path, probe.HTTPGet.Port.StrVal, path, port.Name)
		}
	}
	service := manifest[corev1.Service](t, "service.yaml").Spec.Ports[0]
	if service.TargetPort.StrVal != port.Name || service.Port != port.ContainerPort {
		t.Errorf("the service has %v", service)
	}
	out := manifest[networkingv1.Ingress](t, "ingress.yaml").Spec.Rules[0].HTTP.Paths
	if len(out) != 1 || out[0].Path != "/health" || *out[0].PathType != networkingv1.PathTypeExact {
		t.Errorf("the ingress lets out %+v; want /health alone", out)
	}
	backend := out[0].Backend.Service
	if backend.Name != manifest[corev1.Service](t, "service.yaml").Name || backend.Port.Name != service.Name {
		t.Errorf("the ingress leads to %v", backend)
	}
	rule := manifest[networkingv1.NetworkPolicy](t, "networkpolicy.yaml").Spec.Ingress[0]
	if rule.Ports[0].Port.StrVal != port.Name {
		t.Errorf("the network policy admits %v", rule.Ports[0].Port)
	}
	annotations := manifest[appsv1.Deployment](t, "deployment.yaml").Spec.Template.Annotations
	if annotations["prometheus.io/port"] != text(port.ContainerPort) || annotations["prometheus.io/path"] != "/metrics" {
		t.Errorf("Prometheus is told %v", annotations)
	}
}

func TestTheWorkerHasNoRights(t *testing.T) {
	t.Parallel()
	pod := manifest[appsv1.Deployment](t, "deployment.yaml").Spec.Template.Spec
	c := container(t)
	own := c.SecurityContext
	switch {
	case !*pod.SecurityContext.RunAsNonRoot || *pod.SecurityContext.RunAsUser == 0:
		t.Error("the worker may be root")
	case *own.AllowPrivilegeEscalation || !*own.ReadOnlyRootFilesystem:
		t.Error("the worker may become more, or write to its image")
	case !slices.Equal(own.Capabilities.Drop, []corev1.Capability{"ALL"}) || len(own.Capabilities.Add) > 0:
		t.Errorf("the worker keeps capabilities: %v", own.Capabilities)
	case pod.SecurityContext.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault:
		t.Error("the worker may make any system call")
	case *pod.AutomountServiceAccountToken:
		t.Error("the worker gets a token for Kubernetes")
	case c.Resources.Limits.Memory().IsZero():
		t.Error("the worker's memory has no limit")
	}
	for _, mount := range c.VolumeMounts {
		if !mount.ReadOnly {
			t.Errorf("%s can be written to", mount.MountPath)
		}
	}
}

// A secret that somebody applied without filling it in must let nobody in.
func TestTheExampleKeyIsAFormAndNotAKey(t *testing.T) {
	t.Parallel()
	var secret corev1.Secret
	if err := yaml.UnmarshalStrict(documents(t, "kubernetes/secrets.example.yaml")[0], &secret); err != nil {
		t.Fatal(err)
	}
	for name, key := range secret.StringData {
		if filepath.Ext(name) != ".json" {
			t.Errorf("%s is not named *.json: no worker would take the ring", name)
		}
		ring := []byte(`{"keys":[` + key + `]}`)
		if _, err := envelope.ParseRing(ring); err == nil {
			t.Errorf("%s is a key as it stands", name)
		}
		filled := bytes.ReplaceAll(ring, []byte("<base64url of 32 random bytes>"), []byte("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"))
		if _, err := envelope.ParseRing(filled); err != nil {
			t.Errorf("%s, filled in: %v", name, err)
		}
	}
}

// manifest decodes a file that holds one object.
func manifest[T any](t *testing.T, name string) T {
	t.Helper()
	docs := documents(t, filepath.Join("kubernetes", name))
	if len(docs) != 1 {
		t.Fatalf("%s holds %d objects", name, len(docs))
	}
	var object T
	if err := yaml.UnmarshalStrict(docs[0], &object); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return object
}

// documents splits a file into its objects.
func documents(t *testing.T, file string) [][]byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var docs [][]byte
	for _, doc := range bytes.Split(append([]byte("\n"), text...), []byte("\n---\n")) {
		if bytes.Contains(doc, []byte("kind:")) {
			docs = append(docs, doc)
		}
	}
	return docs
}

func container(t *testing.T) corev1.Container {
	t.Helper()
	containers := manifest[appsv1.Deployment](t, "deployment.yaml").Spec.Template.Spec.Containers
	if len(containers) != 1 {
		t.Fatalf("the pod has %d containers", len(containers))
	}
	return containers[0]
}

func includes(all, some map[string]string) bool {
	for k, v := range some {
		if all[k] != v {
			return false
		}
	}
	return true
}
