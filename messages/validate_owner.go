package messages

// ownerOf is the one owner that is named. Exactly one of session and user must be.
func ownerOf(tenant, session, user string) (Owner, error) {
	switch {
	case session != "" && user != "":
		return Owner{}, Errorf(CodeBadRequest, "session and user are both given: name the one whose items are meant")
	case session != "":
		return sessionOwner(tenant, session), nil
	case user != "":
		return userOwner(tenant, user), nil
	default:
		return Owner{}, Errorf(CodeBadRequest, "session or user is missing: immediate and short_term items need a session, long_term items a user")
	}
}

// sessionOwner is the session's owner, absent if there is no session.
func sessionOwner(tenant, session string) Owner {
	if session == "" {
		return Owner{}
	}
	return Owner{Kind: SessionOwner, Tenant: tenant, ID: session}
}

// userOwner is the user's owner, absent if there is no user.
func userOwner(tenant, user string) Owner {
	if user == "" {
		return Owner{}
	}
	return Owner{Kind: UserOwner, Tenant: tenant, ID: user}
}

// checkOneOwner refuses bad ids, and requests that name no owner or two.
func checkOneOwner(session, user string) error {
	return firstError(
		func() error { return checkOptionalID("session", session) },
		func() error { return checkOptionalID("user", user) },
		func() error { _, err := ownerOf("", session, user); return err },
	)
}

// checkAnyOwner refuses bad ids, and requests that name no owner.
func checkAnyOwner(session, user string) error {
	if session == "" && user == "" {
		return Errorf(CodeBadRequest, "session and user are both missing: give at least one")
	}
	return firstError(
		func() error { return checkOptionalID("session", session) },
		func() error { return checkOptionalID("user", user) },
	)
}

// checkLevelOf refuses a level whose items the named owner does not hold.
func checkLevelOf(field string, l Level, session string) error {
	if err := checkLevel(field, l); err != nil {
		return err
	}
	switch {
	case session != "" && l.OwnerKind() != SessionOwner:
		return badField(field, "cannot be %s in a session: use immediate or short_term, or promote", l)
	case session == "" && l.OwnerKind() != UserOwner:
		return badField(field, "cannot be %s for a user: use long_term", l)
	default:
		return nil
	}
}
