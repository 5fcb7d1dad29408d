package main

import "runtime/debug"

type versionCmd struct{}

// Run prints what the binary was built from.
func (versionCmd) Run(p *program) error {
	p.say("claimline %s", version())
	return nil
}

// version is the module's version, or the commit that the binary was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return v + " " + s.Value[:min(len(s.Value), 12)] + " " + info.GoVersion
		}
	}
	return v + " " + info.GoVersion
}
