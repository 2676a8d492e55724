package messages

import "strings"

// Lane is how a request comes.
type Lane string

// The lanes.
const (
	LaneAsk Lane = "ask" // core NATS request/reply, shared by a queue group of workers
	LaneJob Lane = "job" // a JetStream work queue with a durable consumer
)

// DefaultPrefix is the first token of every subject unless configured otherwise.
const DefaultPrefix = "ctx"

// DefaultInboxPrefix is what the inboxes of NATS clients begin with.
const DefaultInboxPrefix = "_INBOX"

const (
	subjectVersion = "v1"
	maxPrefixBytes = 64
)

// Subjects makes and reads the subjects of one deployment. The zero value is
// of no use: make one with NewSubjects.
type Subjects struct {
	prefix string
	root   string // prefix and version with a dot after each
}

// NewSubjects makes the subjects under prefix, one or more dot-separated
// tokens of letters, digits, "_" and "-". An empty prefix means DefaultPrefix.
func NewSubjects(prefix string) (Subjects, error) {
	if prefix == "" {
		prefix = DefaultPrefix
	}
	if len(prefix) > maxPrefixBytes || !isDotted(prefix, isTokenByte) {
		return Subjects{}, Errorf(CodeBadRequest,
			"subject prefix: use at most %d bytes of dot-separated tokens of letters, digits, _ and -", maxPrefixBytes)
	}
	if under(prefix, DefaultInboxPrefix) {
		return Subjects{}, Errorf(CodeBadRequest, "subject prefix: %s is for inboxes, choose another", DefaultInboxPrefix)
	}
	return Subjects{prefix: prefix, root: prefix + "." + subjectVersion + "."}, nil
}

// Prefix is what all subjects of the deployment begin with, without the dot.
func (s Subjects) Prefix() string { return s.prefix }

// Own tells whether a subject is the service's, and so no inbox.
func (s Subjects) Own(subject string) bool { return under(subject, s.prefix) }

// Ask is the subject of a request on the ask lane.
func (s Subjects) Ask(tenant string, op Op) string { return s.of(string(LaneAsk), tenant, string(op)) }

// Job is the subject of a request on the job lane.
func (s Subjects) Job(tenant string, op Op) string { return s.of(string(LaneJob), tenant, string(op)) }

// Dead is the subject of a job that failed for good.
func (s Subjects) Dead(tenant string, op Op) string { return s.of("dead", tenant, string(op)) }

// Audit is the subject of what one worker records for auditors.
func (s Subjects) Audit(worker string) string { return s.root + "audit." + Escape(worker) }

// AskAll matches every request on the ask lane.
func (s Subjects) AskAll() string { return s.root + string(LaneAsk) + ".*.*" }

// JobAll matches every request on the job lane.
func (s Subjects) JobAll() string { return s.root + string(LaneJob) + ".*.*" }

// DeadAll matches every dead letter.
func (s Subjects) DeadAll() string { return s.root + "dead.*.*" }

// AuditAll matches every audit record.
func (s Subjects) AuditAll() string { return s.root + "audit.*" }

func (s Subjects) of(kind, tenant, last string) string {
	b := make([]byte, 0, len(s.root)+len(kind)+len(tenant)+len(last)+16)
	b = append(append(append(b, s.root...), kind...), '.')
	b = append(AppendEscaped(b, tenant), '.')
	return string(append(b, last...))
}

// Parse reads the subject of a request. It accepts exactly what Ask and Job
// write: any other subject is CodeUnknownOperation.
func (s Subjects) Parse(subject string) (lane Lane, tenant string, op Op, err error) {
	rest, ok := strings.CutPrefix(subject, s.root)
	if !ok || s.root == "" {
		return "", "", "", noSubject()
	}
	laneToken, rest, _ := strings.Cut(rest, ".")
	tenantToken, opToken, _ := strings.Cut(rest, ".")
	lane, op = Lane(laneToken), Op(opToken)
	if lane != LaneAsk && lane != LaneJob || !op.Known() {
		return "", "", "", noSubject()
	}
	tenant, err = Unescape(tenantToken)
	if err != nil || CheckTenant(tenant) != nil {
		return "", "", "", noTenant()
	}
	return lane, tenant, op, nil
}

func noSubject() error {
	return Errorf(CodeUnknownOperation, "the subject names no operation: use <prefix>.v1.<ask|job>.<tenant>.<operation>")
}

func noTenant() error {
	return Errorf(CodeUnknownOperation, "the subject names no tenant: after the lane comes the tenant's name, escaped")
}

// IsSubject tells whether s is one or more tokens with dots between them, of the
// bytes that Escape writes: so no wildcard, no "$" of the server's own subjects
// ($JS, $KV, $SYS), no empty token, no space or line break.
func IsSubject(s string) bool { return isDotted(s, isSubjectByte) }

func isSubjectByte(c byte) bool { return isTokenByte(c) || c == escapeByte }

// isDotted tells whether s is one or more non-empty tokens of legal bytes with dots between them.
func isDotted(s string, legal func(byte) bool) bool {
	last := byte('.')
	for i := range len(s) {
		if s[i] == '.' && last == '.' || s[i] != '.' && !legal(s[i]) {
			return false
		}
		last = s[i]
	}
	return last != '.'
}

// under tells whether subject is prefix, or lies under it.
func under(subject, prefix string) bool {
	rest, ok := strings.CutPrefix(subject, prefix)
	return ok && (rest == "" || rest[0] == '.')
}
