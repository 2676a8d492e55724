package analyze

import "testing"

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := newCache[int](64)
	for i := range 10_000 {
		key := []byte{byte(i), byte(i >> 8)}
		_, shard, _ := c.get(key)
		shard.put(key, i)
		if got, _, ok := c.get(key); !ok || got != i {
			t.Fatal("what was put is not there")
		}
	}
	held := 0
	for i := range c.shards {
		held += len(c.shards[i].young) + len(c.shards[i].old)
	}
	if held > 2*64 {
		t.Fatalf("%d entries are held, the bound is %d", held, 2*64)
	}
}

// TestWordsInUseStayInTheCache, however many others come and go.
func TestWordsInUseStayInTheCache(t *testing.T) {
	t.Parallel()
	c := newCache[int](64)
	used := []byte("used")
	_, shard, _ := c.get(used)
	shard.put(used, 1)
	for i := range 10_000 {
		key := []byte{byte(i), byte(i >> 8)}
		_, shard, _ := c.get(key)
		shard.put(key, i)
		if got, _, ok := c.get(used); !ok || got != 1 {
			t.Fatalf("what is used again and again is gone after %d others", i+1)
		}
	}
}
