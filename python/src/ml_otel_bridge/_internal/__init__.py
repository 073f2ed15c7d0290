"""Not public: what users need is exported by the package itself."""
