"""Settings: `base` is what every place shares; `local`, `test` and `production` say only what differs."""
