package match

import "fmt"

// Check refuses conditions that no frame can meet: a field twice, payloads that
// exclude each other, fields of IPv4 beside those of IPv6.
func (m Match) Check() error {
	seen := map[string]string{}
	family, whose := 0, ""
	for _, c := range m {
		if first, twice := seen[c.field.slot()]; twice && !c.field.repeats {
			if first == c.Name {
				return fmt.Errorf("--%s is given twice: a field has one value", c.Name)
			}
			return fmt.Errorf("--%s and --%s exclude each other", first, c.Name)
		}
		seen[c.field.slot()] = c.Name
		v := c.field.family(c.Want)
		if v != 0 && family != 0 && v != family {
			return fmt.Errorf("--%s is IPv%d's and --%s is IPv%d's: no frame has both", whose, family, c.Name, v)
		}
		if v != 0 {
			family, whose = v, c.Name
		}
	}
	return nil
}
