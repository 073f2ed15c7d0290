"""What the callbacks for training libraries share."""
