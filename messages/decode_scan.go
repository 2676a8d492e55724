package messages

import (
	"errors"

	"github.com/context-manager/context-manager/messages/plainjson"
)

// maxObjectFields bounds the names of one object: more than any request has,
// and as many as metadata may have.
const maxObjectFields = MaxMetadataPairs

// maxListElements bounds one list: as many as an embedding may have. This must be
// judged before anything is decoded.
const maxListElements = MaxEmbeddingDims

// maxFieldNameBytes bounds the names of fields, which errors show.
const maxFieldNameBytes = 64

// metadataField is the name of the objects whose names are the caller's own.
const metadataField = "metadata"

// scanJSON tells what Decode must refuse before encoding/json reads it: JSON that
// is none or is read in two ways, and lists of more than most elements.
func scanJSON(body []byte, most int) error {
	err := plainjson.Check(body, plainjson.Limits{
		Depth: MaxJSONDepth, Elements: most, Fields: maxObjectFields, NameBytes: maxFieldNameBytes, Free: metadataField,
	})
	if err == nil {
		return nil
	}
	code := CodeBadJSON
	var refused *plainjson.Error
	if errors.As(err, &refused) && refused.TooLarge {
		code = CodeTooLarge
	}
	return Errorf(code, "%s", err)
}
