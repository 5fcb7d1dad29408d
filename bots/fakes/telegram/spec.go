package telegram

type spec struct{}

func loadSpec(string) (*spec, error) { return &spec{}, nil }
func (s *Server) check(*call)        {}
