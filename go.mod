module claimline

go 1.26.0
