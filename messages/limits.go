package messages

import "time"

// Limits of the protocol. A worker may be configured to accept less, never more.
const (
	MaxMessageBytes  = 10 << 20        // body of one request
	MaxHeaderBytes   = 8 << 10         // all headers of one request
	MaxTenantBytes   = 128             // tenant name
	MaxIDBytes       = 256             // session, user, item and group id
	MaxNameBytes     = 128             // speaker or tool name
	MaxItemsPerBatch = 1000            // items of one store
	MaxIDsPerRequest = 1000            // ids of one delete or promote
	MaxMetadataPairs = 64              // metadata pairs of one item
	MaxMetadataKey   = 128             // bytes of a metadata key
	MaxMetadataValue = 4096            // bytes of a metadata value
	MaxQueryBytes    = 64 << 10        // assemble query
	MaxBudgetTokens  = 10_000_000      // max_tokens
	MaxEmbeddingDims = 4096            // numbers of one embedding
	MaxAccesses      = 1_000_000_000   // uses of one item
	MaxListLimit     = 1000            // items of one list page
	DefaultListLimit = 100             // items of one list page, unless asked
	MaxJSONDepth     = 16              // nesting of a request body
	TimeWindow       = 5 * time.Minute // either side of the clock
	MaxRequestLife   = 24 * time.Hour  // Ctx-Expires minus Ctx-Time
	DefaultMaxTokens = 2048            // budget of the CLI and examples
	RequestIDBytes   = 16              // random bytes of Ctx-Id
	MaxTried         = 64              // requests that an update names as tried
	RequestIDChars   = 22              // the same in base64url without padding
)
