// Package attacks holds tests alone, each named after an attack on a whole
// deployment: a real server, real workers, and somebody who can publish to
// their subjects, reads what others send, and holds a valid key of another
// tenant. SECURITY.md says which control each of them proves.
//
// What one function must refuse is tested beside that function: see the tests
// named TestAttack in package envelope. Here it is shown that nothing gets past
// the parts once they are put together.
package attacks
