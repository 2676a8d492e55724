package assemble

import "math"

// curves are functions that ranking needs of every item, as tables. They
// depend on the parameters alone.
type curves struct {
	made   bool
	power  [curveSteps + 2]float32 // of x to the coverage exponent, for x from 0 to 1
	priors [256]float32            // of what an item of n words has before others
	prior  float32                 // of ln(1+n), in that
	nears  [256]float32            // of what turns lend by the time between them, in steps
}

const (
	curveSteps = 256
	nearStep   = 1 << 14 // ms
)

func (c *curves) make(par *params) {
	if c.made {
		return
	}
	c.made = true
	for i := range c.power {
		c.power[i] = float32(math.Pow(float64(i)/curveSteps, par.coverage))
	}
	c.prior = float32(par.prior)
	for i := range c.priors {
		c.priors[i] = c.prior * float32(math.Log1p(float64(i)))
	}
	for i := range c.nears {
		c.nears[i] = float32(par.halfNear / (par.halfNear + float64(i)*nearStep))
	}
}

// covered is x to the coverage exponent, exact to a thousandth where x is not tiny.
func (c *curves) covered(x float32) float32 {
	x = min(1, x) * curveSteps
	i := int(x)
	low := c.power[i]
	return low + (c.power[i+1]-low)*(x-float32(i))
}

// priorOf favours items that say more, all else being equal.
func (c *curves) priorOf(words uint16) float32 {
	if int(words) < len(c.priors) {
		return c.priors[words]
	}
	return c.prior * float32(math.Log1p(float64(words)))
}

// nearness is what two turns lend each other by the time between them, in ms,
// beside what they would lend at once. Past the table's end, an hour and more
// within one sitting, it stays what it is there.
func (c *curves) nearness(between int64) float32 {
	return c.nears[min(uint64(between)/nearStep, uint64(len(c.nears)-1))]
}
