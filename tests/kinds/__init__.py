"""What each kind of record promises."""
