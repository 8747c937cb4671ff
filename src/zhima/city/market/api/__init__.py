"""The public functions of mini-apps over HTTP, for apps that run elsewhere: `/api/apps/v1`."""
