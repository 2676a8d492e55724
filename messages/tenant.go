package messages

// AnyTenant in a key's tenants stands for all of them. No tenant has this name.
const AnyTenant = "*"

// CheckTenant refuses what is no tenant's name: what CheckID refuses above
// MaxTenantBytes, and AnyTenant. A tenant of that name could have no key of its
// own: a ring's key for it is a key for all.
func CheckTenant(tenant string) error {
	if tenant == AnyTenant {
		return Errorf(CodeBadRequest, "tenant is %q, which means all of them in a key and is no tenant's name: name the one that is meant", AnyTenant)
	}
	return CheckID("tenant", tenant, MaxTenantBytes)
}
