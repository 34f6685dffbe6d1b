# The load balancer, its GENEVE target group with the attributes that a drain needs, and the service that endpoints connect to.

resource "aws_lb" "this" {
  name               = var.cluster
  load_balancer_type = "gateway"
  subnets            = var.subnet_ids
  # An appliance that is alone in its zone may go without its zone's flows being cut.
  enable_cross_zone_load_balancing = true
  tags                             = var.tags
}

resource "aws_lb_target_group" "this" {
  name        = var.cluster
  protocol    = "GENEVE"
  port        = 6081
  target_type = "instance"
  vpc_id      = var.vpc_id
  # As long as the agents drain: shorter, and AWS is done with flows that the agent still waits for.
  deregistration_delay = var.drain_seconds

  # On the agent, which answers 503 from the moment in which it is told to go.
  health_check {
    protocol            = "HTTP"
    path                = "/health"
    port                = var.health_port
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }

  # Flows that outlive their target move to another one instead of being sent to a host that is gone.
  target_failover {
    on_deregistration = "rebalance"
    on_unhealthy      = "rebalance"
  }

  # The agents find the group by it.
  tags = merge(var.tags, { "neuwerk:cluster" = var.cluster })
}

resource "aws_lb_listener" "this" {
  load_balancer_arn = aws_lb.this.arn
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
  tags = var.tags
}

resource "aws_vpc_endpoint_service" "this" {
  acceptance_required        = false
  gateway_load_balancer_arns = [aws_lb.this.arn]
  tags                       = merge(var.tags, { Name = var.cluster })
}

data "aws_subnet" "this" {
  for_each = toset(var.subnet_ids)
  id       = each.value
}

resource "aws_security_group" "this" {
  name        = "${var.cluster}-appliance"
  description = "GENEVE and health checks from the load balancer, which has its addresses in these subnets"
  vpc_id      = var.vpc_id
  tags        = merge(var.tags, { Name = "${var.cluster}-appliance" })
}

resource "aws_vpc_security_group_ingress_rule" "geneve" {
  for_each          = data.aws_subnet.this
  security_group_id = aws_security_group.this.id
  description       = "GENEVE"
  ip_protocol       = "udp"
  from_port         = 6081
  to_port           = 6081
  cidr_ipv4         = each.value.cidr_block
}

resource "aws_vpc_security_group_ingress_rule" "health" {
  for_each          = data.aws_subnet.this
  security_group_id = aws_security_group.this.id
  description       = "Health checks"
  ip_protocol       = "tcp"
  from_port         = var.health_port
  to_port           = var.health_port
  cidr_ipv4         = each.value.cidr_block
}

resource "aws_vpc_security_group_egress_rule" "all" {
  security_group_id = aws_security_group.this.id
  description       = "AWS APIs, Temporal, and what the appliance forwards"
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}
