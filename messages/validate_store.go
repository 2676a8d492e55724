package messages

// Validate checks a store and sets each item's level and role.
func (r *StoreRequest) Validate() error {
	return firstError(
		func() error { return checkOptionalID("session", r.Session) },
		func() error { return checkOptionalID("user", r.User) },
		r.checkCount,
		r.checkItems,
		r.checkBatch,
	)
}

// Owner is who the items belong to. It is for a request that Validate accepted.
func (r *StoreRequest) Owner(tenant string) (Owner, error) {
	kind, err := r.ownerKind()
	if err != nil {
		return Owner{}, err
	}
	if kind == UserOwner {
		return ownerOf(tenant, "", r.User)
	}
	return ownerOf(tenant, r.Session, "")
}

func (r *StoreRequest) checkCount() error {
	switch n := len(r.Items); {
	case n == 0:
		return badField("items", "is empty: send at least one item")
	case n > MaxItemsPerBatch:
		return Errorf(CodeTooLarge, "items has %d items, at most %d are allowed: send more requests", n, MaxItemsPerBatch)
	default:
		return nil
	}
}

func (r *StoreRequest) checkItems() error {
	level := LongTerm
	if r.Session != "" {
		level = Immediate
	}
	for i := range r.Items {
		item := &r.Items[i]
		item.setDefaults(level)
		if err := item.check(); err != nil {
			return Placed(err, "items[%d].", i)
		}
	}
	return nil
}

// checkBatch judges what the items must be together.
func (r *StoreRequest) checkBatch() error {
	return firstError(
		func() error { _, err := r.Owner(""); return err },
		r.checkDoubles,
		r.checkDimensions,
	)
}

// ownerKind is the one kind of owner that all items have.
func (r *StoreRequest) ownerKind() (OwnerKind, error) {
	kind := NoOwner
	for i := range r.Items {
		of := r.Items[i].Level.OwnerKind()
		if kind != NoOwner && of != kind {
			return NoOwner, Errorf(CodeBadRequest,
				"items[%d].level is of another owner than the items before: send two requests, one for long_term items and one for the session's", i)
		}
		kind = of
	}
	return kind, nil
}

func (r *StoreRequest) checkDoubles() error {
	seen := make(map[string]struct{}, len(r.Items))
	for i := range r.Items {
		id := r.Items[i].ID
		if id == "" {
			continue
		}
		if _, twice := seen[id]; twice {
			return Errorf(CodeBadRequest, "items[%d].id is an id that an item before has: send each item once", i)
		}
		seen[id] = struct{}{}
	}
	return nil
}

func (r *StoreRequest) checkDimensions() error {
	dims := 0
	for i := range r.Items {
		n := len(r.Items[i].Embedding)
		if n > 0 && dims > 0 && n != dims {
			return Errorf(CodeBadRequest, "items[%d].embedding has %d numbers, and one before has %d: an owner's embeddings have one dimension", i, n, dims)
		}
		dims = max(dims, n)
	}
	return nil
}

// setDefaults fills in what an item may leave out and needs no clock.
func (it *Item) setDefaults(level Level) {
	if it.Level == "" {
		it.Level = level
	}
	if it.Role == "" {
		it.Role = User
	}
}

// check judges one item by itself.
func (it *Item) check() error {
	return firstError(
		func() error { return checkOptionalID("id", it.ID) },
		func() error { return checkLevel("level", it.Level) },
		func() error { return checkRole("role", it.Role) },
		func() error { return checkName("name", it.Name) },
		func() error { return requireText("text", it.Text) },
		func() error { return checkTimeMS("time", it.Time) },
		func() error { return checkTimeMS("expires", it.Expires) },
		func() error { return checkOptional("importance", it.Importance, checkImportance) },
		func() error { return checkAccesses("accesses", it.Accesses) },
		func() error { return checkOptionalID("group", it.Group) },
		func() error { return checkMetadata("metadata", it.Metadata) },
		func() error { return checkLanguage("language", it.Language) },
		func() error { return checkEmbedding("embedding", it.Embedding) },
		it.checkReplyFields,
	)
}

// checkReplyFields refuses what a caller cannot decide, since ignoring it would look like obeying it.
func (it *Item) checkReplyFields() error {
	switch {
	case it.Tokens != 0:
		return badField("tokens", "is in replies only: leave it out")
	case it.Revision != 0:
		return badField("revision", "is in replies only: leave it out, or send an update, which takes one")
	default:
		return nil
	}
}

// checkOptional checks a field that may be left out.
func checkOptional[T any](field string, value *T, check func(string, T) error) error {
	if value == nil {
		return nil
	}
	return check(field, *value)
}
