"""The atlas: what the content files and meshes say, decoded into frozen records."""
