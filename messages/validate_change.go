package messages

// Validate checks an update.
func (r *UpdateRequest) Validate() error {
	return firstError(
		func() error { return checkOneOwner(r.Session, r.User) },
		func() error { return CheckID("id", r.ID, MaxIDBytes) },
		r.checkChanges,
		r.checkTried,
		func() error { return checkOptional("text", r.Text, requireText) },
		func() error { return checkOptional("level", r.Level, r.checkLevel) },
		func() error { return checkOptional("role", r.Role, checkRole) },
		func() error { return checkOptional("name", r.Name, checkName) },
		func() error { return checkOptional("time", r.Time, checkGivenTime) },
		func() error { return checkOptional("importance", r.Importance, checkNewImportance) },
		func() error { return checkOptional("accesses", r.Accesses, checkAccesses) },
		func() error { return checkOptional("group", r.Group, checkOptionalID) },
		func() error { return checkOptional("metadata", r.Metadata, checkMetadata) },
		func() error { return checkOptional("expires", r.Expires, checkTimeMS) },
		func() error { return checkOptional("language", r.Language, checkLanguage) },
		func() error { return checkOptional("embedding", r.Embedding, checkEmbedding) },
	)
}

// Owner is whose item it is.
func (r *UpdateRequest) Owner(tenant string) (Owner, error) {
	return ownerOf(tenant, r.Session, r.User)
}

func (r *UpdateRequest) checkLevel(field string, l Level) error {
	return checkLevelOf(field, l, r.Session)
}

// checkChanges refuses an update of nothing.
func (r *UpdateRequest) checkChanges() error {
	changed := r.Text != nil || r.Level != nil || r.Role != nil || r.Name != nil || r.Time != nil ||
		r.Importance != nil || r.Pinned != nil || r.Group != nil || r.Metadata != nil || r.Expires != nil ||
		r.Language != nil || r.Embedding != nil || r.Accesses != nil
	if !changed {
		return Errorf(CodeBadRequest, "the update changes nothing: give at least one field beside the id")
	}
	return nil
}

// checkNewImportance takes what stands for none, too.
func checkNewImportance(field string, importance float64) error {
	if importance == NoImportance || checkImportance(field, importance) == nil {
		return nil
	}
	return badField(field, "must be from 0 to 1, or -1 to take it away")
}

// checkGivenTime refuses the 0 by which store knows that no time was given:
// an update that obeyed it would date the item to 1970, which no store can.
func checkGivenTime(field string, ms int64) error {
	if ms == 0 {
		return badField(field, "is 0, which stands for none: leave it out to keep the item's, or give unix milliseconds above 0")
	}
	return checkTimeMS(field, ms)
}

func (r *UpdateRequest) checkTried() error {
	if len(r.Tried) > MaxTried {
		return Errorf(CodeTooLarge, "tried names %d requests, at most %d are allowed", len(r.Tried), MaxTried)
	}
	for i, id := range r.Tried {
		if !IsRequestID(id) {
			return Errorf(CodeBadRequest, "tried[%d] is no id of a request: give 22 characters of canonical base64url", i)
		}
	}
	return nil
}

// Validate checks a delete.
func (r *DeleteRequest) Validate() error {
	return firstError(
		func() error { return checkOneOwner(r.Session, r.User) },
		func() error { return requireIDs(r.IDs) },
	)
}

// Owner is whose items they are.
func (r *DeleteRequest) Owner(tenant string) (Owner, error) {
	return ownerOf(tenant, r.Session, r.User)
}

// Validate checks a clear.
func (r *ClearRequest) Validate() error {
	if err := checkOneOwner(r.Session, r.User); err != nil {
		return err
	}
	if err := checkWords("levels", r.Levels, Levels[:]); err != nil {
		return err
	}
	for i, l := range r.Levels {
		if err := checkLevelOf("", l, r.Session); err != nil {
			return Placed(err, "levels[%d]", i)
		}
	}
	return nil
}

// Owner is whose items are cleared.
func (r *ClearRequest) Owner(tenant string) (Owner, error) { return ownerOf(tenant, r.Session, r.User) }

// Validate checks a promote.
func (r *PromoteRequest) Validate() error {
	return firstError(
		func() error { return CheckID("session", r.Session, MaxIDBytes) },
		func() error { return checkOptionalID("user", r.User) },
		func() error { return requireIDs(r.IDs) },
		func() error { return checkLevel("to", r.To) },
		r.checkUser,
	)
}

// Owners are the session that the items leave and the owner they come to,
// which is the same session unless they become long_term.
func (r *PromoteRequest) Owners(tenant string) (from, to Owner) {
	from = sessionOwner(tenant, r.Session)
	if r.To == LongTerm {
		return from, userOwner(tenant, r.User)
	}
	return from, from
}

func (r *PromoteRequest) checkUser() error {
	if r.To == LongTerm && r.User == "" {
		return badField("user", "is missing: long_term items belong to a user, name one")
	}
	return nil
}
