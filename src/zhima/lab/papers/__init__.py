"""Published results, reproduced and met by our own engine; one file a result."""
