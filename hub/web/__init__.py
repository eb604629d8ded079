"""Pages and what answers them; with `app`, the only place that knows Litestar."""
