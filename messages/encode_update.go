package messages

// emptied writes out what an update empties: a pointer to a nil map or list
// would be null in JSON, which is as good as none.
func emptied(r UpdateRequest) UpdateRequest {
	if r.Metadata != nil && *r.Metadata == nil {
		r.Metadata = &map[string]string{}
	}
	if r.Embedding != nil && *r.Embedding == nil {
		r.Embedding = &[]float32{}
	}
	return r
}
